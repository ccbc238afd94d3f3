namespace Yyc3.Connectors.MySql.Statements;

/// <summary>What a statement does, as far as it must be run in another way.</summary>
internal enum StatementKind
{
    /// <summary>Reads rows of tables.</summary>
    Selects,

    /// <summary>Tells about the server or about a statement.</summary>
    Shows,

    /// <summary>Changes rows.</summary>
    Changes,

    /// <summary>Calls a procedure, which may do anything.</summary>
    Calls,

    /// <summary>Defines tables and the like; the server commits what is open before and after it.</summary>
    Defines,
}
