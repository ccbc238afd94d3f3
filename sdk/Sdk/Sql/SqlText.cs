using System.Globalization;
using System.Text;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Sdk.Sql;

/// <summary>
/// A SQL text with <c>:name</c> parameters, taken apart without understanding it: where its parameters stand, how many
/// statements it holds and what they begin with. The engine still parses it; this only makes sure that values can be bound
/// and that nothing is stacked. Immutable and thread-safe.
/// </summary>
public sealed class SqlText
{
    private readonly string _field;

    internal SqlText(string source, string field, SqlScan scan)
    {
        Source = source;
        _field = field;
        Parameters = scan.Parameters;
        Names = scan.Names;
        StatementCount = scan.StatementCount;
        Keywords = scan.Keywords;
        Verb = scan.Verb;
    }

    /// <summary>The text as the caller wrote it.</summary>
    public string Source { get; }

    /// <summary>Every place where a parameter stands, in order.</summary>
    public IReadOnlyList<SqlParameter> Parameters { get; }

    /// <summary>Every parameter name once, in order of first use. Names are case-sensitive.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Number of statements; a trailing semicolon, empty statements and comments do not count.</summary>
    public int StatementCount { get; }

    /// <summary>Up to four words the first statement begins with, in upper case: <c>CREATE TEMP TRIGGER x</c>.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>
    /// What the first statement does, in upper case: its first word, or the word behind the common table expressions of a
    /// <c>WITH</c>; empty when there is none.
    /// </summary>
    public string Verb { get; }

    /// <summary>Takes a text apart.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="dialect">How the engine reads it.</param>
    /// <param name="field">Dotted path of the text, for errors: <c>query</c>, <c>statements[2].command</c>.</param>
    /// <returns>The parts.</returns>
    /// <exception cref="ConnectorException">
    /// A quote or comment does not end, a parameter is not written <c>:name</c>, or the text holds something that cannot be
    /// judged safely (<see cref="ErrorKind.InvalidArgument"/>, with the field).
    /// </exception>
    public static SqlText Parse(string text, SqlDialect dialect, string field) =>
        new(text, field, new SqlScanner(text, dialect, field).Run());

    /// <summary>Refuses a text that holds no statement, or more than one.</summary>
    /// <returns>This text.</returns>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, with the field.</exception>
    public SqlText RequireSingle() =>
        StatementCount switch
        {
            1 => this,
            0 => throw ConnectorException.Invalid(_field, "holds no statement"),
            _ => throw ConnectorException.Invalid(_field, "holds more than one statement"),
        };

    /// <summary>Refuses values that do not fit the parameters, a missing one as well as one too many.</summary>
    /// <param name="values">Values by name, without the colon.</param>
    /// <returns>This text.</returns>
    /// <exception cref="ConnectorException">
    /// <see cref="ErrorKind.InvalidArgument"/>; the field is <c>params.name</c> beside the text's own:
    /// <c>statements[2].params.name</c> for <c>statements[2].command</c>.
    /// </exception>
    public SqlText RequireParameters(IReadOnlyDictionary<string, DbValue> values)
    {
        foreach (var name in Names)
        {
            if (!values.ContainsKey(name))
            {
                throw ConnectorException.Invalid(ParameterField(name), $"is required: the statement uses :{name}");
            }
        }

        if (values.Count == Names.Count)
        {
            return this;
        }

        var used = new HashSet<string>(Names, StringComparer.Ordinal);
        throw ConnectorException.Invalid(
            ParameterField(values.Keys.First(name => !used.Contains(name))),
            "is not used by the statement"
        );
    }

    /// <summary>The dotted path of a parameter's value, for errors.</summary>
    /// <param name="name">Name without the colon.</param>
    /// <returns><c>params.name</c>, with the prefix of the text's own field.</returns>
    public string ParameterField(string name) => _field[..(_field.LastIndexOf('.') + 1)] + "params." + name;

    /// <summary>Writes the text with its parameters as the engine wants them; all else stays as it is.</summary>
    /// <param name="style">How parameters are written.</param>
    /// <returns>The text for the engine.</returns>
    public string Rewrite(SqlParameterStyle style)
    {
        if (style == SqlParameterStyle.Named || Parameters.Count == 0)
        {
            return Source;
        }

        var numbers = Names.Select((name, index) => (name, index)).ToDictionary(p => p.name, p => p.index + 1);
        var result = new StringBuilder(Source.Length);
        var copied = 0;
        foreach (var parameter in Parameters)
        {
            result.Append(Source, copied, parameter.Position - copied);
            copied = parameter.Position + parameter.Length;
            _ =
                style == SqlParameterStyle.Positional
                    ? result.Append('?')
                    : result.Append(CultureInfo.InvariantCulture, $"${numbers[parameter.Name]}");
        }

        return result.Append(Source, copied, Source.Length - copied).ToString();
    }
}
