using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Yyc3.Connectors.Rpc.Calls.Validation;

/// <summary>The checks of one message type.</summary>
internal sealed class MessageCheck(MessageDescriptor type, MessageChecks cache)
{
    // Built on first use, because messages may contain themselves.
    private volatile FieldCheck[]? _checks;

    private FieldCheck[] Checks =>
        _checks ??= [
            .. type.Fields.InFieldNumberOrder().Where(FieldCheck.Concerns).Select(one => new FieldCheck(one, cache)),
        ];

    /// <summary>The first violation, or null.</summary>
    public Violation? Check(IMessage message, string path)
    {
        foreach (var check in Checks)
        {
            if (check.Run(message, path) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }
}
