using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.QueueSender;

/// <summary>The queue encrypts nothing itself.</summary>
public sealed class NoKeys : EncryptionKeys
{
    public override EncryptionKey Current => throw new NotSupportedException();

    public override EncryptionKey? Find(string id) => null;
}
