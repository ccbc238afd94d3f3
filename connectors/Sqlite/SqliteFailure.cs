namespace Yyc3.Connectors.Sqlite;

/// <summary>A result code of the engine; it never leaves this assembly but as the cause of a connector's exception.</summary>
/// <param name="code">Extended result code.</param>
/// <param name="text">The engine's text, for the log.</param>
/// <param name="offset">Where in the statement, in bytes; -1 when unknown.</param>
internal sealed class SqliteFailure(int code, string text, int offset) : Exception($"SQLite error {code}: {text}")
{
    public int Code { get; } = code;

    /// <summary>The code without its extension.</summary>
    public int Primary => Code & 0xFF;

    public int Offset { get; } = offset;

    /// <summary>The engine gives no code for it: "table users already exists".</summary>
    public bool IsAlreadyThere { get; } =
        text.EndsWith(" already exists", StringComparison.Ordinal)
        && text.Split(' ', 2)[0] is ("table" or "index" or "view" or "trigger");
}
