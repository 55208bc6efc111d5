using System.Runtime.CompilerServices;

// Every import takes blittable arguments, so the runtime needs no marshalling stub between the call and libc.
[assembly: DisableRuntimeMarshalling]
[assembly: InternalsVisibleTo("FastShard.UnitTests")]
