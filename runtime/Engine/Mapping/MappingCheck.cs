using Google.Protobuf.Collections;
using Yyc3.Connectors.Contracts.Integration.V1;
using Yyc3.Connectors.Runtime.Faults;

namespace Yyc3.Connectors.Runtime.Mapping;

/// <summary>Checks a mapping when it is given, so that no run stumbles over it.</summary>
internal static class MappingCheck
{
    /// <param name="mapping">The mapping; null for none.</param>
    /// <param name="field">Where it was given.</param>
    /// <param name="refuse">Makes the error of a field and a reason.</param>
    /// <exception cref="FaultException">It cannot be applied; the field is named.</exception>
    public static void Check(FieldMappings? mapping, string field, Func<string, string, FaultException> refuse)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (mapping?.Resources.Count ?? 0); index++)
        {
            var resource = mapping!.Resources[index];
            var place = $"{field}.resources[{index}]";
            if (!names.Add(resource.Resource))
            {
                throw refuse(place + ".resource", "is there twice");
            }

            if (!targets.Add(resource.Target.Length > 0 ? resource.Target : resource.Resource))
            {
                throw refuse(place + ".target", "is the target of two resources");
            }

            Check(resource.Fields, place + ".fields", refuse);
            Check(resource.Push, place + ".push", refuse);
        }
    }

    /// <summary>Checks that records can go back, for runs that push.</summary>
    /// <exception cref="FaultException">An entry has no way back.</exception>
    public static void CheckWayBack(FieldMappings? mapping, string field, Func<string, string, FaultException> refuse)
    {
        for (var index = 0; index < (mapping?.Resources.Count ?? 0); index++)
        {
            var resource = mapping!.Resources[index];
            var sources = new HashSet<string>(StringComparer.Ordinal);
            for (var entry = 0; entry < resource.Fields.Count && resource.Push.Count == 0; entry++)
            {
                var mapped = resource.Fields[entry];
                var obstacle =
                    MappingReversal.Obstacle(mapped)
                    ?? (
                        mapped.From.Length > 0 && !sources.Add(mapped.From)
                            ? "has no way back, as another entry takes the same field; give push"
                            : null
                    );
                if (obstacle is not null)
                {
                    throw refuse($"{field}.resources[{index}].fields[{entry}]", obstacle);
                }
            }
        }
    }

    private static void Check(
        RepeatedField<FieldMapping> entries,
        string place,
        Func<string, string, FaultException> refuse
    )
    {
        var targets = new List<FieldPath>();
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            var at = $"{place}[{index}]";
            var ways =
                (entry.From.Length > 0 ? 1 : 0)
                + (entry.Constant is not null ? 1 : 0)
                + (entry.Template.Length > 0 ? 1 : 0);
            if (ways != 1)
            {
                throw refuse(at + ".from", "or constant or template must be given, and only one of them");
            }

            if (entry.From.Length == 0 && (entry.Values.Count > 0 || entry.Default is not null))
            {
                throw refuse(at + (entry.Values.Count > 0 ? ".values" : ".default"), "goes with from only");
            }

            var to = Parsed(at + ".to", entry.To, FieldPath.Parse, refuse);
            if (!to.IsPlain)
            {
                throw refuse(at + ".to", "must be a name or a dotted path of names");
            }

            if (targets.Exists(to.Overlaps))
            {
                throw refuse(at + ".to", "is written by another entry already");
            }

            targets.Add(to);
            if (entry.From.Length > 0)
            {
                Parsed(at + ".from", entry.From, FieldPath.Parse, refuse);
            }

            if (entry.Template.Length > 0)
            {
                Parsed(at + ".template", entry.Template, TextTemplate.Parse, refuse);
            }

            // Whatever else would come to light in the middle of a run.
            Parsed(at, "", _ => new FieldRule(entry), refuse);
        }
    }

    private static T Parsed<T>(
        string field,
        string text,
        Func<string, T> parse,
        Func<string, string, FaultException> refuse
    )
    {
        try
        {
            return parse(text);
        }
        catch (FormatException fault)
        {
            throw refuse(field, fault.Message);
        }
        catch (Exception fault) when (RecordMapping.IsOfData(fault))
        {
            throw refuse(field, "cannot be used");
        }
    }
}
