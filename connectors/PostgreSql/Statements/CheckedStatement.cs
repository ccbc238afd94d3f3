using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;
using Yyc3.Connectors.Sdk.Sql;

namespace Yyc3.Connectors.PostgreSql.Statements;

/// <summary>A caller's statement, taken apart, found allowed and written as the server wants it.</summary>
internal sealed class CheckedStatement
{
    private const int MostParameters = 65_535;

    /// <summary>Where PostgreSQL counts microseconds from.</summary>
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SqlText _sql;
    private readonly DbValue[] _values;
    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>?[]> _lists;

    private CheckedStatement(
        DbStatement statement,
        SqlText sql,
        string field,
        bool readOnly,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>?[]>? lists = null
    )
    {
        (_sql, Field, IsQuery, Timeout) = (sql, field, readOnly, statement.Timeout);
        _lists = lists ?? new Dictionary<string, ReadOnlyMemory<byte>?[]>(StringComparer.Ordinal);
        Text = sql.Rewrite(SqlParameterStyle.Numbered);
        if (!IsStorable(Text))
        {
            throw ConnectorException.Invalid(field, "holds half of a surrogate pair");
        }

        if (sql.Names.Count > MostParameters)
        {
            throw ConnectorException.Invalid(field, $"uses more than {MostParameters} parameters");
        }

        _values = new DbValue[sql.Names.Count];
        for (var index = 0; index < _values.Length; index++)
        {
            var name = sql.Names[index];
            if (!_lists.ContainsKey(name))
            {
                _values[index] = CheckValue(name, statement.Parameters[name]);
            }
        }
    }

    /// <summary>The text with <c>$1</c>, <c>$2</c> … for parameters.</summary>
    public string Text { get; }

    /// <summary>Dotted path of the text, for errors.</summary>
    public string Field { get; }

    public bool IsQuery { get; }

    /// <summary>Longest time at the server.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>Whether the statement itself inserts rows.</summary>
    public bool Inserts => _sql.Verb is "INSERT";

    public static CheckedStatement Query(DbStatement statement)
    {
        const string Path = "query";
        var sql = Parse(statement, Path);
        StatementGuard.CheckQuery(sql, Path);
        return new CheckedStatement(statement, sql.RequireParameters(statement.Parameters), Path, readOnly: true);
    }

    public static CheckedStatement Command(DbStatement statement, string field)
    {
        var sql = Parse(statement, field);
        StatementGuard.CheckCommand(sql, field);
        return new CheckedStatement(statement, sql.RequireParameters(statement.Parameters), field, readOnly: false);
    }

    /// <summary>A command of the connector's own whose parameters are lists of texts in UTF-8.</summary>
    /// <param name="text">The command.</param>
    /// <param name="field">Path for errors.</param>
    /// <param name="lists">The lists by parameter; <see cref="IsStorable"/> has found each text good.</param>
    public static CheckedStatement OfLists(
        string text,
        string field,
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>?[]> lists
    )
    {
        var statement = new DbStatement(text);
        return new CheckedStatement(statement, Parse(statement, field), field, readOnly: false, lists);
    }

    /// <summary>A parameter for a list of texts in UTF-8.</summary>
    /// <param name="texts">The texts.</param>
    public static NpgsqlParameter ListOf(ReadOnlyMemory<byte>?[] texts) =>
        new NpgsqlParameter<ReadOnlyMemory<byte>?[]>
        {
            TypedValue = texts,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        };

    /// <summary>Adds the values in their order, each in a fresh parameter: Npgsql lets none be used twice.</summary>
    /// <param name="parameters">Of the command that runs the text.</param>
    public void Bind(NpgsqlParameterCollection parameters)
    {
        for (var index = 0; index < _values.Length; index++)
        {
            parameters.Add(
                _lists.TryGetValue(_sql.Names[index], out var list) ? ListOf(list) : Parameter(_values[index])
            );
        }
    }

    /// <summary>Where in the caller's text the server found something.</summary>
    /// <param name="position">Position in <see cref="Text"/>, from 1; 0 for none.</param>
    /// <returns>Position in the source, from 1; 0 for none.</returns>
    public int SourcePosition(int position)
    {
        if (position <= 0)
        {
            return 0;
        }

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in _sql.Names)
        {
            numbers.Add(name, numbers.Count + 1);
        }

        // How much longer the rewritten text is, up to the last parameter that ends before the position.
        var longer = 0;
        foreach (var parameter in _sql.Parameters)
        {
            var written = 1 + Digits(numbers[parameter.Name]);
            if (parameter.Position + longer + written >= position)
            {
                break;
            }

            longer += written - parameter.Length;
        }

        return Math.Clamp(position - longer, 1, _sql.Source.Length);
    }

    private static SqlText Parse(DbStatement statement, string field) =>
        SqlText.Parse(statement.Text, SqlDialect.PostgreSql, field).RequireSingle();

    /// <summary>
    /// Lets the server find out the type of what has several ways to be written: a date given as text is a date where one is
    /// compared with it. Numbers have the types that PostgreSQL's own literals have.
    /// </summary>
    private static NpgsqlParameter Parameter(DbValue value) =>
        value.Kind switch
        {
            DbValueKind.Null => Unknown(DBNull.Value),
            DbValueKind.Boolean => new NpgsqlParameter<bool> { TypedValue = value.AsBoolean() },
            DbValueKind.Int64 when value.AsInt64() is >= int.MinValue and <= int.MaxValue => new NpgsqlParameter<int>
            {
                TypedValue = (int)value.AsInt64(),
            },
            DbValueKind.Int64 => new NpgsqlParameter<long> { TypedValue = value.AsInt64() },
            DbValueKind.Double => new NpgsqlParameter<double> { TypedValue = value.AsDouble() },
            DbValueKind.Bytes => new NpgsqlParameter<byte[]> { TypedValue = value.AsBytes() },
            // As the wire's own number: Npgsql turns the first and the last DateTime into infinity.
            DbValueKind.Timestamp => new NpgsqlParameter<long>
            {
                TypedValue = (value.AsTimestamp() - Epoch).Ticks / TimeSpan.TicksPerMicrosecond,
                NpgsqlDbType = NpgsqlDbType.TimestampTz,
            },
            _ => Unknown(value.AsText()),
        };

    private static NpgsqlParameter Unknown(object value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Unknown, Value = value };

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    /// <summary>No NUL, which PostgreSQL has no place for, and no half of a pair, which has no UTF-8.</summary>
    public static bool IsStorable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        for (var at = text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff'); at >= 0 && at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at]))
            {
                continue;
            }

            if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
            {
                return false;
            }

            at++;
        }

        return true;
    }

    private DbValue CheckValue(string name, DbValue value) =>
        value.Kind is not (DbValueKind.String or DbValueKind.Json or DbValueKind.Decimal) || IsStorable(value.AsText())
            ? value
            : throw ConnectorException.Invalid(
                _sql.ParameterField(name),
                "holds NUL or half of a surrogate pair, which PostgreSQL cannot store"
            );
}
