namespace Yyc3.Connectors.Host;

/// <summary>For a person who has asked for something.</summary>
internal static class StandardOutput
{
#pragma warning disable RS0030 // the only place that writes there besides the start banner
    public static Task WriteLineAsync(string text) => Console.Out.WriteLineAsync(text);
#pragma warning restore RS0030
}
