namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>How a parameter is written for the engine.</summary>
public enum SqlParameterStyle
{
    /// <summary><c>:name</c>, as the caller wrote it.</summary>
    Named = 0,

    /// <summary><c>$1</c>, <c>$2</c> …: the position in <see cref="SqlText.Names"/>, from 1; the same name has the same number.</summary>
    Numbered = 1,

    /// <summary><c>?</c>: one value for each of <see cref="SqlText.Parameters"/>, in order.</summary>
    Positional = 2,
}
