namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>What a SQL engine reads differently from another, as far as finding parameters and statements goes.</summary>
[Flags]
public enum SqlDialect
{
    /// <summary>
    /// What all engines share: text in single quotes, names in double quotes (a quote inside is doubled), <c>--</c> comments
    /// and <c>/* */</c> comments.
    /// </summary>
    Standard = 0,

    /// <summary>A backslash in any quoted text takes the next character.</summary>
    BackslashEscapes = 1 << 0,

    /// <summary>A backslash takes the next character in <c>E'…'</c> only.</summary>
    EscapeStrings = 1 << 1,

    /// <summary>Names may stand in backticks.</summary>
    BacktickNames = 1 << 2,

    /// <summary>Names may stand in square brackets; without it they are subscripts.</summary>
    BracketNames = 1 << 3,

    /// <summary><c>#</c> starts a comment.</summary>
    HashComments = 1 << 4,

    /// <summary><c>--</c> starts a comment only before white space or a control character, or at the end.</summary>
    SpacedDashComments = 1 << 5,

    /// <summary>A carriage return ends a comment too.</summary>
    CarriageReturnEndsComments = 1 << 6,

    /// <summary><c>/* /* */ */</c> is one comment.</summary>
    NestedComments = 1 << 7,

    /// <summary>
    /// The engine runs what stands in <c>/*! … */</c>, and reads quotes in the hints of <c>/*+ … */</c>; such comments are refused.
    /// </summary>
    ExecutableComments = 1 << 8,

    /// <summary>Text may stand in <c>$$…$$</c> or <c>$tag$…$tag$</c>.</summary>
    DollarQuotes = 1 << 9,

    /// <summary>A colon right behind a word or number belongs to a slice or a label: <c>a[1:n]</c>, <c>again:loop</c>.</summary>
    ColonsInsideWords = 1 << 10,

    /// <summary>The body of <c>CREATE TRIGGER</c> holds semicolons up to its <c>END</c>.</summary>
    TriggerBodies = 1 << 11,

    /// <summary>The engine takes <c>?</c> for a parameter, so it is refused; without it <c>?</c> is an operator.</summary>
    QuestionParameters = 1 << 12,

    /// <summary>The engine takes <c>$1</c> for a parameter, so it is refused.</summary>
    NumberedParameters = 1 << 13,

    /// <summary>The engine takes <c>@x</c>, <c>$x</c>, <c>#x</c> and <c>:1</c> for parameters, so they are refused.</summary>
    SigilParameters = 1 << 14,

    /// <summary>SQLite.</summary>
    Sqlite = BacktickNames | BracketNames | TriggerBodies | QuestionParameters | SigilParameters,

    /// <summary>PostgreSQL with <c>standard_conforming_strings</c> on, its default.</summary>
    PostgreSql =
        EscapeStrings
        | CarriageReturnEndsComments
        | NestedComments
        | DollarQuotes
        | ColonsInsideWords
        | NumberedParameters,

    /// <summary>MySQL and MariaDB without <c>NO_BACKSLASH_ESCAPES</c>.</summary>
    MySql =
        BackslashEscapes
        | BacktickNames
        | HashComments
        | SpacedDashComments
        | ExecutableComments
        | ColonsInsideWords
        | QuestionParameters,
}
