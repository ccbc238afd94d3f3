using Google.Protobuf;
using Yyc3.Connectors.Rpc.Rest.Json;
using Yyc3.Connectors.Rpc.Rest.Json.Members;

namespace Yyc3.Connectors.Rpc.Rest.Routing;

/// <summary>A field of a message or of a message inside it.</summary>
internal sealed class FieldPath(IReadOnlyList<JsonMember> members)
{
    public IReadOnlyList<JsonMember> Members => members;

    public JsonMember Last => members[^1];

    /// <summary>Dotted JSON names.</summary>
    public string Name { get; } = string.Join('.', members.Select(member => member.Descriptor.JsonName));

    public static FieldPath? Find(
        MessagePlan plan,
        IReadOnlyList<string> names,
        Func<MessagePlan, string, JsonMember?> find
    )
    {
        var members = new List<JsonMember>(names.Count);
        MessagePlan? current = plan;
        foreach (var name in names)
        {
            if (current is null || find(current, name) is not { } member)
            {
                return null;
            }

            members.Add(member);
            current = member.Nested;
        }

        return new FieldPath(members);
    }

    /// <summary>Sets the field, creating the messages on the way.</summary>
    public void Parse(IMessage message, string text)
    {
        for (var i = 0; i < members.Count - 1; i++)
        {
            message = members[i].Descend(message)!;
        }

        Last.Parse(message, text);
    }
}
