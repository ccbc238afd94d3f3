using System.Globalization;
using System.Text;
using Yyc3.Connectors.Redis.Protocol;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.Redis.Commands;

/// <summary>A command line with the values of its parameters, all of them checked to be there.</summary>
internal readonly struct BoundCommand
{
    private readonly IReadOnlyDictionary<string, DbValue> _values;
    private readonly string _field;

    private BoundCommand(CommandLine line, IReadOnlyDictionary<string, DbValue> values, string field) =>
        (Line, _values, _field) = (line, values, field);

    public CommandLine Line { get; }

    public int Count => Line.Arguments.Count;

    /// <summary>Binds values to a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="values">Values by parameter name.</param>
    /// <param name="field">Dotted path of the line, for errors.</param>
    /// <exception cref="ConnectorException">A value is missing, surplus or null.</exception>
    public static BoundCommand Bind(CommandLine line, IReadOnlyDictionary<string, DbValue> values, string field)
    {
        foreach (var name in line.Names)
        {
            if (!values.TryGetValue(name, out var value))
            {
                throw ConnectorException.Invalid(ParameterField(field, name), $"is required: the command uses :{name}");
            }

            if (value.IsNull)
            {
                throw ConnectorException.Invalid(ParameterField(field, name), "is null, which Redis cannot store");
            }
        }

        if (values.Count != line.Names.Count)
        {
            var surplus = values.Keys.First(name => !line.Names.Contains(name, StringComparer.Ordinal));
            throw ConnectorException.Invalid(ParameterField(field, surplus), "is not used by the command");
        }

        return new BoundCommand(line, values, field);
    }

    /// <summary>Whether an argument is a word, in any case.</summary>
    /// <param name="index">Position, from 0 for the name.</param>
    /// <param name="word">The word in upper case.</param>
    public bool Is(int index, string word)
    {
        var argument = Line.Arguments[index];
        if (argument.Literal is { } literal)
        {
            return Ascii.EqualsIgnoreCase(literal, word);
        }

        var value = _values[argument.Parameter!];
        return value.Kind switch
        {
            DbValueKind.Bytes => Ascii.EqualsIgnoreCase(value.AsBytes(), word),
            DbValueKind.String or DbValueKind.Json or DbValueKind.Decimal => Ascii.EqualsIgnoreCase(
                value.AsText(),
                word
            ),
            _ => false,
        };
    }

    /// <summary>Adds the command to what is sent.</summary>
    /// <exception cref="ConnectorException">A value cannot be sent.</exception>
    public void WriteTo(RequestBuffer target)
    {
        var arguments = Line.Arguments;
        target.Begin(arguments.Count);
        for (var index = 0; index < arguments.Count; index++)
        {
            if (arguments[index].Encoded is { } encoded)
            {
                target.Raw(encoded);
            }
            else
            {
                Write(target, arguments[index].Parameter!);
            }
        }
    }

    private static string ParameterField(string field, string name) =>
        string.Concat(field.AsSpan(0, field.LastIndexOf('.') + 1), "params.", name);

    private void Write(RequestBuffer target, string name)
    {
        var value = _values[name];
        switch (value.Kind)
        {
            case DbValueKind.Bytes:
                target.Add(value.AsBytes());
                break;
            case DbValueKind.Int64:
                Format(target, value.AsInt64(), default);
                break;
            case DbValueKind.Boolean:
                target.Add(value.AsBoolean() ? "1"u8 : "0"u8);
                break;
            case DbValueKind.Double:
                WriteDouble(target, value.AsDouble(), name);
                break;
            case DbValueKind.Timestamp:
                Format(target, value.AsTimestamp().UtcDateTime, "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'");
                break;
            default:
                if (!target.TryAdd(value.AsText()))
                {
                    throw ConnectorException.Invalid(ParameterField(_field, name), "is not valid Unicode");
                }

                break;
        }
    }

    private void WriteDouble(RequestBuffer target, double number, string name)
    {
        if (double.IsNaN(number))
        {
            throw ConnectorException.Invalid(
                ParameterField(_field, name),
                "is not a number, which Redis does not take"
            );
        }

        if (double.IsInfinity(number))
        {
            target.Add(number > 0 ? "inf"u8 : "-inf"u8);
        }
        else
        {
            Format(target, number, "R");
        }
    }

    private static void Format<T>(RequestBuffer target, T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[64];
        _ = value.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        target.Add(text[..length]);
    }
}
