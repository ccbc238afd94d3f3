namespace Yyc3.Connectors.MongoDb.Json;

/// <summary>What the server makes of a value at one place of a command; it decides what a parameter may hold there.</summary>
internal enum ValueRole
{
    /// <summary>Compared or stored; a name that begins with <c>$</c> is an operator.</summary>
    Data,

    /// <summary>Computed; a text that begins with <c>$</c> is a field, too.</summary>
    Expression,

    /// <summary>Taken as it is: a document to insert, or what <c>$literal</c> holds.</summary>
    Literal,
}
