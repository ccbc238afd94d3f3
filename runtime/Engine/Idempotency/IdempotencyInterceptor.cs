using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Yyc3.Connectors.Runtime.Access;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.State;

namespace Yyc3.Connectors.Runtime.Idempotency;

/// <summary>
/// Gives every request that has an <c>idempotency_key</c> field its meaning: the first success with a key is kept for 24 hours
/// and returned to repeats; a failure frees the key.
/// </summary>
internal sealed class IdempotencyInterceptor(IdempotencyStore store) : Interceptor
{
    private const string KeyField = "idempotency_key";
    private readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor?> _keyFields = new();

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    ) =>
        request is IMessage message && KeyOf(message) is { Length: > 0 } key
            ? OnceAsync(request, message, key, context, continuation)
            : continuation(request, context);

    private async Task<TResponse> OnceAsync<TRequest, TResponse>(
        TRequest request,
        IMessage message,
        string key,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
        where TRequest : class
        where TResponse : class
    {
        var tenantId = Caller.Of(context).TenantId;
        var owner = Ids.New("call-");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Canonical(message)));
        var earlier = await store.ClaimAsync(tenantId, key, context.Method, hash, owner, context.CancellationToken);
        if (earlier is not null)
        {
            return Repeat<TResponse>(earlier, context.Method, hash);
        }

        TResponse response;
        try
        {
            response = await continuation(request, context);
        }
        catch
        {
            await store.ReleaseAsync(tenantId, key, owner, CancellationToken.None);
            throw;
        }

        // The effect has happened; the caller's going away must not keep its record from being saved.
        var bytes = ((IMessage)(object)response).ToByteArray();
        await store.SaveAsync(tenantId, key, owner, Convert.ToBase64String(bytes), CancellationToken.None);
        return response;
    }

    private static TResponse Repeat<TResponse>(IdempotencyRow earlier, string method, string hash)
        where TResponse : class
    {
        if (
            !string.Equals(earlier.Method, method, StringComparison.Ordinal)
            || !string.Equals(earlier.RequestHash, hash, StringComparison.Ordinal)
        )
        {
            throw new FaultException(Fault.IdempotencyConflict)
            {
                Field = "idempotencyKey",
                Reason = "was used with other parameters",
            };
        }

        if (earlier.Response is null)
        {
            throw new FaultException(Fault.IdempotencyRunning) { Field = "idempotencyKey", Retryable = true };
        }

        var response = (IMessage)Activator.CreateInstance<TResponse>();
        response.MergeFrom(Convert.FromBase64String(earlier.Response));
        return (TResponse)response;
    }

    /// <summary>Maps have no order, and clients in many languages write theirs in another one each time.</summary>
    private static byte[] Canonical(IMessage message)
    {
        var bytes = new byte[message.CalculateSize()];
        using var output = new CodedOutputStream(bytes) { Deterministic = true };
        message.WriteTo(output);
        return bytes;
    }

    private string? KeyOf(IMessage message)
    {
        var field = _keyFields.GetOrAdd(message.Descriptor, static descriptor => descriptor.FindFieldByName(KeyField));
        return field?.Accessor.GetValue(message) as string;
    }
}
