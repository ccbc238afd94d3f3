namespace Yyc3.Connectors.Host;

/// <summary>Where a start that cannot succeed says why.</summary>
internal static class StandardError
{
#pragma warning disable RS0030 // there is no log yet
    public static Task WriteLineAsync(string line) => Console.Error.WriteLineAsync(line);
#pragma warning restore RS0030
}
