namespace FastShard.Transport.Pipelines;

/// <summary>Something that has events to deliver on the reactor's thread.</summary>
internal interface IReadySource
{
    void Deliver(ReadyEvents events, IReactorHandler handler);
}
