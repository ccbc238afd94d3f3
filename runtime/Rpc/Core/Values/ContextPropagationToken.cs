namespace Grpc.Core;

public abstract class ContextPropagationToken
{
    internal ContextPropagationToken() { }
}
