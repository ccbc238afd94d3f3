using System.Collections.Concurrent;
using Grpc.Core;

namespace Yyc3.Connectors.Rpc.Calls.Errors;

/// <summary>Every code a caller can meet. A code is registered once.</summary>
public sealed class ErrorCatalog
{
    private readonly ConcurrentDictionary<string, ErrorDefinition> _definitions = new(StringComparer.Ordinal);

    public ErrorCatalog()
    {
        Register(RpcErrors.PerStatus);
        Register(RpcErrors.OfTransports);
    }

    public IEnumerable<ErrorDefinition> All =>
        _definitions.Values.OrderBy(definition => definition.Code, StringComparer.Ordinal);

    /// <summary>The plain definition of a status; of UNKNOWN for a number that gRPC does not know.</summary>
    public static ErrorDefinition Default(StatusCode status) =>
        status is >= StatusCode.Cancelled and <= StatusCode.Unauthenticated
            ? RpcErrors.PerStatus[(int)status - 1]
            : RpcErrors.Unknown;

    public void Register(params IEnumerable<ErrorDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        foreach (var definition in definitions)
        {
            if (!_definitions.TryAdd(definition.Code, definition))
            {
                throw new InvalidOperationException($"The error code {definition.Code} is registered twice.");
            }
        }
    }

    /// <summary>The definition of this code: the registered one, or this one from now on.</summary>
    public ErrorDefinition GetOrAdd(ErrorDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return _definitions.GetOrAdd(definition.Code, definition);
    }

    public ErrorDefinition? Find(string code) => _definitions.GetValueOrDefault(code);
}
