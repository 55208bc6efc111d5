using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("FastShard.UnitTests")]
