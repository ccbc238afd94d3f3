using System.Text.Json;
using System.Text.RegularExpressions;

namespace Yyc3.Connectors.Sdk.Manifests;

/// <summary>Reads <c>connector.json</c>. Stateless and thread-safe.</summary>
public static partial class ManifestReader
{
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "$schema",
        "id",
        "version",
        "displayName",
        "description",
        "type",
        "sdk",
        "entry",
        "isolation",
        "capabilities",
        "auth",
        "settings",
        "actions",
        "hosts",
        "nativeLibraries",
        "files",
        "webhook",
        "oauth",
    };

    /// <summary>Integration types a connector may serve.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "storage",
        "database",
        "messaging",
        "monitoring",
        "identity",
        "notification",
        "ai",
        "cicd",
        "payment",
        "crm",
        "analytics",
        "desk",
        "search",
        "calendar",
    ];

    /// <summary>Capabilities a connector may declare; each stands for one SDK interface.</summary>
    public static IReadOnlyList<string> Capabilities { get; } =
    ["storage", "database", "messaging.send", "messaging.receive", "records.read", "records.write", "actions"];

    /// <summary>Values of <c>auth.type</c>.</summary>
    public static IReadOnlyList<string> AuthTypes { get; } = ["none", "api-key", "basic", "oauth2", "jwt", "signature"];

    /// <summary>Reads and checks a manifest; runs none of the plugin's code.</summary>
    /// <param name="utf8">The file's content.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="ManifestException">A member is missing, unknown or malformed; the message names it.</exception>
    public static ConnectorManifest Read(ReadOnlyMemory<byte> utf8)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(utf8);
            root = document.RootElement.Clone();
        }
        catch (JsonException fault)
        {
            throw new ManifestException("", $"is not JSON (line {fault.LineNumber + 1})");
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new ManifestException("", "is not a JSON object");
        }

        foreach (var member in root.EnumerateObject().Where(member => !Members.Contains(member.Name)))
        {
            throw new ManifestException(member.Name, "is not a known member");
        }

        return new ConnectorManifest
        {
            Id = Matching(root, "id", IdShape(), "must be lower-case letters, digits and dashes"),
            Version = Matching(root, "version", VersionShape(), "must be a semantic version such as 1.4.0"),
            DisplayName = Text(root, "displayName"),
            Description = OptionalText(root, "description") ?? "",
            Type = OneOf(root, "type", Types),
            Sdk = Text(root, "sdk"),
            Entry = Matching(root, "entry", FileShape(), "must be the name of an assembly file in the plugin's folder"),
            Isolation = root.TryGetProperty("isolation", out _)
                ? OneOf(root, "isolation", ["inProcess", "process"])
                : "inProcess",
            Capabilities = ListOf(root, "capabilities", Capabilities),
            AuthTypes = ListOf(root, "auth", AuthTypes),
            Settings = JsonSchema.Parse("settings", Member(root, "settings")),
            Actions = ReadActions(root),
            Hosts = Strings(root, "hosts"),
            NativeLibraries = ReadNativeLibraries(root),
            Files = ReadFiles(root),
        };
    }

    private static List<ActionManifest> ReadActions(JsonElement root)
    {
        var actions = new List<ActionManifest>();
        if (!root.TryGetProperty("actions", out var list))
        {
            return actions;
        }

        Expect("actions", list, JsonValueKind.Array, "a list");
        foreach (var item in list.EnumerateArray())
        {
            var at = $"actions[{actions.Count}]";
            Expect(at, item, JsonValueKind.Object, "an object");
            actions.Add(
                new ActionManifest(
                    Text(item, "name", at + "."),
                    OptionalText(item, "description") ?? "",
                    JsonSchema.Parse(at + ".input", Member(item, "input", at + ".")),
                    item.TryGetProperty("output", out var output) ? JsonSchema.Parse(at + ".output", output) : null,
                    OptionalText(item, "permission"),
                    item.TryGetProperty("idempotent", out var idempotent) && idempotent.ValueKind == JsonValueKind.True
                )
            );
        }

        return actions;
    }

    private static List<NativeLibraryManifest> ReadNativeLibraries(JsonElement root)
    {
        var libraries = new List<NativeLibraryManifest>();
        if (!root.TryGetProperty("nativeLibraries", out var list))
        {
            return libraries;
        }

        Expect("nativeLibraries", list, JsonValueKind.Array, "a list");
        foreach (var item in list.EnumerateArray())
        {
            var at = $"nativeLibraries[{libraries.Count}]";
            Expect(at, item, JsonValueKind.Object, "an object");
            libraries.Add(
                new NativeLibraryManifest(
                    Text(item, "name", at + "."),
                    Strings(item, "systemNames"),
                    OptionalText(item, "variable"),
                    Text(item, "obtain", at + ".")
                )
            );
        }

        return libraries;
    }

    private static Dictionary<string, string> ReadFiles(JsonElement root)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!root.TryGetProperty("files", out var list))
        {
            return files;
        }

        Expect("files", list, JsonValueKind.Object, "an object");
        foreach (var file in list.EnumerateObject())
        {
            var at = "files." + file.Name;
            if (
                file.Name.Split('/').Any(part => part is "" or "." or "..")
                || file.Name.Contains('\\', StringComparison.Ordinal)
            )
            {
                throw new ManifestException(at, "must be a relative path inside the folder");
            }

            var hash = file.Value.ValueKind == JsonValueKind.String ? file.Value.GetString()! : "";
            files[file.Name] = HashShape().IsMatch(hash)
                ? hash.ToLowerInvariant()
                : throw new ManifestException(at, "must be a SHA-256 in hex");
        }

        return files;
    }

    private static JsonElement Member(JsonElement json, string name, string at = "") =>
        json.TryGetProperty(name, out var value) ? value : throw new ManifestException(at + name, "is missing");

    private static string Text(JsonElement json, string name, string at = "")
    {
        var value = Member(json, name, at);
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new ManifestException(at + name, "must be a text");
    }

    private static string? OptionalText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Matching(JsonElement json, string name, Regex shape, string reason)
    {
        var text = Text(json, name);
        return shape.IsMatch(text) ? text : throw new ManifestException(name, reason);
    }

    private static string OneOf(JsonElement json, string name, IReadOnlyList<string> known)
    {
        var text = Text(json, name);
        return known.Contains(text, StringComparer.Ordinal)
            ? text
            : throw new ManifestException(name, $"must be one of {string.Join(", ", known)}");
    }

    private static List<string> ListOf(JsonElement json, string name, IReadOnlyList<string> known)
    {
        Member(json, name);
        var items = Strings(json, name);
        foreach (var item in items.Where(item => !known.Contains(item, StringComparer.Ordinal)))
        {
            throw new ManifestException(name, $"has '{item}', which is none of {string.Join(", ", known)}");
        }

        return items.Count > 0 ? items : throw new ManifestException(name, "must not be empty");
    }

    private static List<string> Strings(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var list))
        {
            return [];
        }

        Expect(name, list, JsonValueKind.Array, "a list");
        return
        [
            .. list.EnumerateArray()
                .Select(item =>
                    item.ValueKind == JsonValueKind.String
                        ? item.GetString()!
                        : throw new ManifestException(name, "must hold texts only")
                ),
        ];
    }

    private static void Expect(string member, JsonElement value, JsonValueKind kind, string what)
    {
        if (value.ValueKind != kind)
        {
            throw new ManifestException(member, $"must be {what}");
        }
    }

    [GeneratedRegex(@"^[a-z][a-z0-9]*(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IdShape();

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VersionShape();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]+\.dll\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FileShape();

    [GeneratedRegex(@"^[0-9a-fA-F]{64}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HashShape();
}
