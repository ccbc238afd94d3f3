using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Yyc3.Connectors.Rpc.Rest.Json.Members;

namespace Yyc3.Connectors.Rpc.Rest.Json;

/// <summary>What is known about one message type, worked out once.</summary>
internal sealed class MessagePlan(MessageDescriptor descriptor, JsonCodec codecs)
{
    // Built on first use, because messages may contain themselves.
    private volatile Layout? _layout;

    public MessageDescriptor Descriptor => descriptor;

    /// <summary>Fields that travel in HTTP headers.</summary>
    public IReadOnlyList<JsonMember> Headers => Members.Headers;

    /// <summary>Fields in the JSON body, in field order.</summary>
    public IReadOnlyList<JsonMember> Body => Members.Body;

    private Layout Members => _layout ??= new Layout(descriptor, codecs);

    /// <summary>A member of the body by its JSON or proto name.</summary>
    public JsonMember? Find(string name) => Members.ByName.GetValueOrDefault(name);

    /// <summary>Any field by its proto name, in the body or not.</summary>
    public JsonMember? FindField(string protoName) => Members.Fields.GetValueOrDefault(protoName);

    public void WriteMembers(Utf8JsonWriter writer, IMessage message)
    {
        foreach (var member in Members.Body)
        {
            member.Write(writer, message);
        }

        Members.Collector?.Write(writer, message, this);
    }

    /// <summary>Reads from the object's start to its end.</summary>
    public void ReadMembers(ref JsonInput input, IMessage message, string? ignored = null)
    {
        var layout = Members;
        var seen = new SeenMembers();
        List<DeferredMember>? deferred = null;
        var next = 0;
        while (input.Reader.Read() && input.Reader.TokenType != JsonTokenType.EndObject)
        {
            var member = Match(layout, ref input, next);
            if (member is null)
            {
                ReadUnknown(ref input, layout, message, ignored);
                continue;
            }

            seen.Add(member);
            next = member.Index + 1;
            input.Reader.Read();
            if (input.IsNull && !member.TakesNull)
            {
                continue;
            }

            if (member.IsDeferred)
            {
                var start = (int)input.Reader.TokenStartIndex;
                input.Reader.Skip();
                (deferred ??= []).Add(new DeferredMember(member, start, (int)input.Reader.BytesConsumed));
                continue;
            }

            member.Read(ref input, message);
        }

        if (deferred is not null)
        {
            foreach (var late in deferred)
            {
                late.Read(input.Text, message);
            }
        }
    }

    private static void ReadUnknown(ref JsonInput input, Layout layout, IMessage message, string? ignored)
    {
        if (ignored is not null && input.Reader.ValueTextEquals(ignored))
        {
            input.Reader.Read();
            input.Reader.Skip();
        }
        else if (layout.Collector is { } collector)
        {
            collector.Read(ref input, message);
        }
        else
        {
            throw new JsonReadException("is not a known field");
        }
    }

    /// <summary>Writers keep field order, so the next member is most often the next one of the plan.</summary>
    private static JsonMember? Match(Layout layout, ref JsonInput input, int next)
    {
        if (input.Reader.ValueIsEscaped)
        {
            return layout.ByName.GetValueOrDefault(input.Reader.GetString()!);
        }

        var name = input.Reader.ValueSpan;
        var body = layout.Body;
        return next < body.Length && name.SequenceEqual(body[next].Utf8Name) ? body[next] : layout.Names.Find(name);
    }

    private sealed class Layout
    {
        public Layout(MessageDescriptor descriptor, JsonCodec codecs)
        {
            var body = new List<JsonMember>();
            var headers = new List<JsonMember>();
            foreach (var field in descriptor.Fields.InFieldNumberOrder())
            {
                var member = JsonMemberFactory.Create(field, codecs, body.Count);
                Fields[field.Name] = member;
                if (member.Rules.CollectsUnknown)
                {
                    Collector = new UnknownMembers(member.Descriptor, codecs);
                }
                else if (member.Rules.Header.Length > 0)
                {
                    headers.Add(member);
                }
                else if (!member.Rules.Hidden)
                {
                    body.Add(member);
                    ByName[field.Name] = member;
                    ByName[field.JsonName] = member;
                }
            }

            Body = [.. body];
            Headers = [.. headers];
            Names = new NameTable(ByName);
        }

        public JsonMember[] Body { get; }

        public JsonMember[] Headers { get; }

        public UnknownMembers? Collector { get; }

        public Dictionary<string, JsonMember> Fields { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, JsonMember> ByName { get; } = new(StringComparer.Ordinal);

        public NameTable Names { get; }
    }
}
