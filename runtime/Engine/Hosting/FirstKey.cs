namespace Yyc3.Connectors.Runtime.Hosting;

/// <summary>The API key that the very first start made, until it has been printed.</summary>
internal sealed class FirstKey
{
    public string? Value { get; set; }
}
