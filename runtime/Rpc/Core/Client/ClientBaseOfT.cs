namespace Grpc.Core;

/// <summary>Base of generated clients that can be copied with another host.</summary>
public abstract class ClientBase<T> : ClientBase
    where T : ClientBase<T>
{
    protected ClientBase() { }

    protected ClientBase(ChannelBase channel)
        : base(channel) { }

    protected ClientBase(CallInvoker callInvoker)
        : base(callInvoker) { }

    protected ClientBase(ClientBaseConfiguration configuration)
        : base(configuration) { }

    public T WithHost(string host) => NewInstance(new ClientBaseConfiguration(CallInvoker, host));

    protected abstract T NewInstance(ClientBaseConfiguration configuration);
}
