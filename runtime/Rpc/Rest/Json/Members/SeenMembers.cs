namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Refuses a member given twice, and two members of one oneof.</summary>
internal struct SeenMembers
{
    private ulong _first;
    private ulong _oneofs;
    private HashSet<int>? _more;

    public void Add(JsonMember member)
    {
        if (member.Index < 64)
        {
            var bit = 1UL << member.Index;
            Refuse((_first & bit) != 0, "is given twice");
            _first |= bit;
        }
        else
        {
            Refuse(!(_more ??= []).Add(member.Index), "is given twice");
        }

        if (member.Descriptor.RealContainingOneof is { Index: < 64 } oneof)
        {
            var bit = 1UL << oneof.Index;
            Refuse((_oneofs & bit) != 0, "excludes another field that is given too");
            _oneofs |= bit;
        }
    }

    private static void Refuse(bool wrong, string reason)
    {
        if (wrong)
        {
            throw new JsonReadException(reason);
        }
    }
}
