namespace Grpc.Core;

public abstract class CallCredentials
{
    internal CallCredentials() { }
}
