using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>For connectors that encrypt nothing.</summary>
internal sealed class NoKeys : EncryptionKeys
{
    public override EncryptionKey Current { get; } = new("1", new byte[32]);

    public override EncryptionKey? Find(string id) => null;
}
