using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Testing.Conformance.Database;

/// <summary>
/// A database whose language is not SQL, under test: the suite says what is to be done, the subject says it in the engine's
/// words. One is made for each test; it starts empty, and nothing that another test does is seen in it.
/// </summary>
/// <remarks>
/// An item is a value under a key. Statements take the key as parameter <c>key</c> and the value as parameter <c>value</c>,
/// and have no other parameter; the suite takes some away and adds others.
/// </remarks>
public abstract class CommandDatabaseSubject : IAsyncDisposable
{
    /// <summary>A query for a series made by <see cref="FillSeriesAsync"/>: its numbers in column <c>value</c>, from 1 in order.</summary>
    public abstract DbStatement Series { get; }

    /// <summary>A query that works at least two seconds before its first row; null when the engine has none.</summary>
    public abstract DbStatement? SlowQuery { get; }

    /// <summary>Statements, without parameters, that change something and that a query must refuse.</summary>
    public abstract IReadOnlyList<string> Writes { get; }

    /// <summary>
    /// Statements, without parameters, that even a command must refuse: administration, other databases, sessions.
    /// </summary>
    public abstract IReadOnlyList<string> RefusedCommands { get; }

    /// <summary>Texts that are no statement at all.</summary>
    public abstract IReadOnlyList<string> Unparsable { get; }

    /// <summary>
    /// A query without parameters that answers one row and holds a parameter look-alike wherever the language allows text.
    /// </summary>
    public abstract DbStatement LookAlikes { get; }

    /// <summary>
    /// A command, without parameters, that the engine refuses whatever it holds, and that the connector does not have to
    /// refuse before it asks the engine.
    /// </summary>
    public abstract string Misfit { get; }

    /// <summary>Whether a null can be stored.</summary>
    public virtual bool TakesNull => true;

    /// <summary>Whether a batch whose third statement the data refuses is taken back as a whole.</summary>
    public virtual bool RollsBack => true;

    /// <summary>Opens the database.</summary>
    /// <returns>The connector's capability.</returns>
    public abstract ValueTask<IDatabase> OpenAsync();

    /// <summary>A command that stores a value, new or in place of another; it affects one row.</summary>
    public abstract DbStatement Put(string key, DbValue value);

    /// <summary>A query for the value in column <c>value</c>: one row, or for a missing item none or one with null.</summary>
    public abstract DbStatement Get(string key);

    /// <summary>A command that removes an item; it affects one row, or none for a missing item.</summary>
    public abstract DbStatement Remove(string key);

    /// <summary>A command that adds one to the number under a key; it affects one row.</summary>
    public abstract DbStatement Increment(string key);

    /// <summary>A command that fails when the item holds a text.</summary>
    public virtual DbStatement RefusedByText(string key) => Increment(key);

    /// <summary>Makes the numbers from 1 to a count, for <see cref="Series"/>.</summary>
    public abstract ValueTask FillSeriesAsync(IDatabase database, long count);

    /// <summary>What comes back for a value that was stored; itself unless the engine keeps texts only.</summary>
    public virtual DbValue Stored(DbValue value) => value;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
