namespace Yyc3.Connectors.Rpc.Tests.Rest;

/// <summary>A stream whose length nobody can ask for, so that it is sent in chunks.</summary>
internal sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}
