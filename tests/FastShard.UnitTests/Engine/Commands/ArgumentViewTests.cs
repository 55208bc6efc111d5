using System.Text;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using Xunit;

namespace FastShard.UnitTests.Engine.Commands;

/// <summary>A request is taken over as it was received only where nobody would write it differently.</summary>
public sealed class ArgumentViewTests
{
    private const string Set = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n";

    [Theory]
    [InlineData(Set, true)]
    [InlineData("*2\r\n$4\r\nINCR\r\n$12\r\nabcdefghijkl\r\n", true)]
    [InlineData("*3\r\n$3\r\nSETxy$1\r\nk\r\n$0\r\n\r\n", false)]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\rxk\r\n$0\r\n\r\n", false)]
    [InlineData("*3\rx$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n", false)]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\nxy", false)]
    [InlineData("*1\r\n$8\r\nFLUSHALL\r\n", false)]
    [InlineData("SET key value\r\n", false)]
    [InlineData("SET \"k\\n\" value\r\n", false)]
    public void A_request_in_one_piece_is_found(string received, bool isFound)
    {
        // The one before it must not be taken for a part of it.
        string all = Set + received;
        using NativeBuffer buffer = new(256);
        Encoding.Latin1.GetBytes(all).CopyTo(buffer.Free);
        buffer.Commit(all.Length);
        RequestReader reader = new();
        ArgList list = new();
        Assert.Equal(ReadStatus.Complete, reader.Read(buffer.All, list));
        Assert.Equal(ReadStatus.Complete, reader.Read(buffer.All, list));
        int first = reader.RequestArgStart;
        ArgumentView view = new(buffer.All, list, first, list.Count - first);
        Assert.Equal(isFound, view.TryGetRequest(out ReadOnlySpan<byte> request));
        if (isFound) Assert.Equal(received, Encoding.Latin1.GetString(request));
    }

    [Fact]
    public void Arguments_that_were_copied_together_are_none()
    {
        ArgList list = new();
        byte[] bytes = Encoding.Latin1.GetBytes("*2\r\n$4\r\nINCRk\r\n");
        list.Add(8, 4);
        list.Add(12, 1);
        Assert.False(new ArgumentView(bytes, list, 0, 2).TryGetRequest(out _));
    }
}
