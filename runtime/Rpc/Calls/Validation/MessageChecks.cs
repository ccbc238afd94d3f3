using System.Collections.Concurrent;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>The checks of each message type, worked out once.</summary>
internal sealed class MessageChecks
{
    private readonly ConcurrentDictionary<MessageDescriptor, MessageCheck> _rules = new();

    public MessageCheck Of(MessageDescriptor type) =>
        _rules.GetOrAdd(type, static (type, cache) => new MessageCheck(type, cache), this);
}
