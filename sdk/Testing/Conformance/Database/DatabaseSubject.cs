using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>
/// A database under test and what is special to its engine. One is made for each test; it starts empty, and nothing that
/// another test does is seen in it.
/// </summary>
public abstract class DatabaseSubject : IAsyncDisposable
{
    /// <summary>
    /// Statement that makes <c>conf_values</c> with the columns <c>id</c> (integer key, given), <c>b</c> boolean, <c>i</c> 64-bit
    /// integer, <c>d</c> double, <c>n</c> exact decimal that keeps two digits behind the point, <c>s</c> text, <c>x</c> bytes,
    /// <c>t</c> timestamp with milliseconds and <c>j</c> JSON; all but the key may be null.
    /// </summary>
    public abstract string CreateValues { get; }

    /// <summary>
    /// Statement that makes <c>conf_items</c> with the columns <c>id</c> (integer key, generated from 1), <c>name</c> (long text,
    /// required, unique, case-sensitive), <c>price</c> (integer, at least 0, null allowed) and <c>parent</c> (refers to
    /// <c>conf_items.id</c>, null allowed).
    /// </summary>
    public abstract string CreateItems { get; }

    /// <summary>A query that works for at least a minute before its first row.</summary>
    public abstract string SlowQuery { get; }

    /// <summary>A command that changes <c>conf_items</c> and works for at least a minute.</summary>
    public abstract string SlowCommand { get; }

    /// <summary>A query for <c>:n</c> rows with the single column <c>i</c>, counted from 1 in order.</summary>
    public abstract string Series { get; }

    /// <summary>A query that holds a parameter look-alike wherever the engine allows text: quotes, comments, names.</summary>
    public abstract string LookAlikes { get; }

    /// <summary>Statements of this engine that a query must refuse, beyond those every engine has.</summary>
    public abstract IReadOnlyList<string> Writes { get; }

    /// <summary>Statements of this engine that even a command must refuse: reaching other databases or files, settings.</summary>
    public abstract IReadOnlyList<string> RefusedCommands { get; }

    /// <summary>Opens the database.</summary>
    /// <returns>The connector's capability.</returns>
    public abstract ValueTask<IDatabase> OpenAsync();

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
