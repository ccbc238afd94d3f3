using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Sync;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>Makes records of one side into those of the other. Immutable.</summary>
/// <param name="entries">What is done, in order.</param>
/// <param name="keepsOthers">Fields that no entry takes are moved as they are.</param>
/// <param name="left">Places that are left out, being made on the way there.</param>
internal sealed class RecordMapping(
    IReadOnlyList<FieldMapping> entries,
    bool keepsOthers,
    IReadOnlyList<string>? left = null
)
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly FieldRule[] _rules = [.. entries.Select(entry => new FieldRule(entry))];
    private readonly FieldPath[] _left = [.. (left ?? []).Select(FieldPath.Parse)];

    /// <summary>The record as it is to be written.</summary>
    /// <exception cref="ConnectorException">A field cannot be had; the record fails alone.</exception>
    public SyncRecord Apply(SyncRecord record)
    {
        try
        {
            return record.IsDeleted ? record : record with { Data = Apply(record.Data) };
        }
        catch (Exception fault) when (IsOfData(fault))
        {
            throw new ConnectorException(
                ErrorKind.InvalidArgument,
                "MAPPING_FAILED",
                "The record's fields cannot be read.",
                innerException: fault
            );
        }
    }

    /// <summary>What data that is no proper JSON object, or a path that only its use shows to be wrong, lets be thrown.</summary>
    public static bool IsOfData(Exception fault) =>
        fault
            is JsonException
                or Newtonsoft.Json.JsonException
                or ArgumentException
                or InvalidOperationException
                or OverflowException;

    /// <summary>The fields by which the other side knows its records; none when one of them is left out.</summary>
    public IReadOnlyList<string> KeysOf(IReadOnlyList<string> keys)
    {
        var names = new List<string>(keys.Count);
        foreach (var key in keys)
        {
            var rule = Array.Find(_rules, rule => rule.From is { IsPlain: true, Names: [var name] } && name == key);
            if (rule is { IsRename: true, To.Names: [var renamed] })
            {
                names.Add(renamed);
            }
            else if (rule is null && keepsOthers)
            {
                names.Add(key);
            }
            else
            {
                return [];
            }
        }

        return names;
    }

    private byte[] Apply(ReadOnlyMemory<byte> data)
    {
        var source = data.IsEmpty ? [] : JsonNode.Parse(data.Span)!.AsObject();
        var target = keepsOthers ? source.DeepClone().AsObject() : [];
        if (keepsOthers)
        {
            foreach (var rule in _rules)
            {
                if (rule.From is { IsPlain: true } path)
                {
                    path.Remove(target);
                }
            }

            foreach (var path in _left)
            {
                path.Remove(target);
            }
        }

        foreach (var rule in _rules)
        {
            try
            {
                rule.Apply(source, target);
            }
            catch (FormatException fault)
            {
                throw new ConnectorException(
                    ErrorKind.InvalidArgument,
                    "MAPPING_FAILED",
                    $"The field {rule.To.Text} cannot be had from {rule.From?.Text ?? "its template"}: {fault.Message}."
                )
                {
                    Field = rule.To.Text,
                };
            }
        }

        return RecordText.Of(Encoding.UTF8.GetBytes(target.ToJsonString(Plain)));
    }
}
