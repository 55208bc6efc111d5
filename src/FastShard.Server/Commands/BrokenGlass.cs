using System.Text;

namespace FastShard.Server.Commands;

/// <summary>
/// LOLWUT's picture: a pane that broke into shards. Points are thrown at random, each cell belongs to the nearest one,
/// and a crack is drawn where neighbours belong to different points.
/// </summary>
internal sealed class BrokenGlass(int columns, int rows, int shards)
{
    // A character cell is about twice as high as it is wide.
    private const int CellAspect = 2;

    public string Draw(ulong seed)
    {
        (int Column, int Row)[] points = Throw(seed | 1);
        StringBuilder picture = new();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++) picture.Append(CrackAt(points, column, row));
            picture.Append('\n');
        }
        return picture.ToString();
    }

    private (int Column, int Row)[] Throw(ulong random)
    {
        (int Column, int Row)[] points = new (int, int)[shards];
        for (int shard = 0; shard < shards; shard++)
        {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            points[shard] = ((int)((random >> 16) % (ulong)columns), (int)((random >> 40) % (ulong)rows));
        }
        return points;
    }

    private static char CrackAt((int Column, int Row)[] points, int column, int row)
    {
        int here = Nearest(points, column, row);
        bool right = Nearest(points, column + 1, row) != here;
        bool below = Nearest(points, column, row + 1) != here;
        bool diagonal = Nearest(points, column + 1, row + 1) != here;
        if (right && below) return '/';
        if (right) return '|';
        if (below) return '_';
        return diagonal ? '\\' : ' ';
    }

    private static int Nearest((int Column, int Row)[] points, int column, int row)
    {
        int nearest = 0;
        int least = int.MaxValue;
        for (int point = 0; point < points.Length; point++)
        {
            int across = points[point].Column - column;
            int down = (points[point].Row - row) * CellAspect;
            int distance = (across * across) + (down * down);
            if (distance >= least) continue;
            least = distance;
            nearest = point;
        }
        return nearest;
    }
}
