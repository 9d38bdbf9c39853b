using System.Text;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>Documents and the entries that lead to them: <c>Binary</c>, and attachments whose URL is one of the same record. They are as sensitive as each other. Stateless.</summary>
internal static class Documents
{
    /// <summary>The types that have attachments, as far as such lead to documents.</summary>
    internal static IReadOnlyList<string> HolderTypes { get; } = ["DocumentReference", "DiagnosticReport", "Media", "Communication", "CommunicationRequest", "QuestionnaireResponse"];

    /// <summary>What is looked at of a document, at most; of what is no text, enough to tell what it is.</summary>
    private const int MostText = 16 * 1024 * 1024;
    private const int MostOther = 4 * 1024;

    private const string Binary = "Binary/";

    private static readonly byte[] Url = "\"url\":\"Binary/"u8.ToArray();

    /// <summary>The documents of the record that a resource leads to by an attachment.</summary>
    /// <param name="patient">The patient's id.</param>
    /// <param name="body">The resource as it is stored, without white space.</param>
    internal static IReadOnlyList<LocalId> LedTo(ReadOnlySpan<byte> patient, ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\/"u8) >= 0 || body.IndexOf("\\u"u8) >= 0)
        {
            // The address, or its name, may be written otherwise.
            List<LocalId> read = [];
            Collect(Resource.Read(body.ToArray()).Root, Encoding.ASCII.GetString(patient), read);
            return read;
        }

        List<LocalId>? found = null;
        Span<char> text = stackalloc char[LocalId.TextLength];
        for (var at = body.IndexOf(Url); at >= 0;)
        {
            body = body[(at + Url.Length)..];
            if (body.StartsWith(patient) && body.Length > patient.Length + 1 + LocalId.TextLength && body[patient.Length] == '.')
            {
                Encoding.Latin1.GetChars(body.Slice(patient.Length + 1, LocalId.TextLength), text);
                if (LocalId.TryParse(text, out var local) && (found ??= []).Count < EntryHeader.MostContext)
                {
                    found.Add(local);
                }
            }

            at = body.IndexOf(Url);
        }

        return found ?? (IReadOnlyList<LocalId>)[];
    }

    /// <summary>A resource whose attachments no longer lead to the documents that are looked at by themselves.</summary>
    internal static Resource Without(Resource resource, IReadOnlyCollection<string> documents)
    {
        var node = JsonNode.Parse(resource.Json.Span)!;
        Unlink(node, documents);
        return Resource.Read(Encoding.UTF8.GetBytes(node.ToJsonString()));
    }

    /// <summary>A Binary with its bytes in it, as far as they are looked at.</summary>
    internal static Resource With(Resource binary, IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        var most = IsText(binary) ? MostText : MostOther;
        var bytes = new byte[Math.Min(most, parts.Sum(part => (long)part.Length))];
        var at = 0;
        foreach (var part in parts)
        {
            var length = Math.Min(part.Length, bytes.Length - at);
            part.Span[..length].CopyTo(bytes.AsSpan(at));
            at += length;
        }

        var node = JsonNode.Parse(binary.Json.Span)!;
        node["data"] = Convert.ToBase64String(bytes);
        return Resource.Read(Encoding.UTF8.GetBytes(node.ToJsonString()));
    }

    private static void Collect(Element element, string patient, List<LocalId> found)
    {
        foreach (var child in element.Children)
        {
            if (child.JsonName == "url" && child.GetString() is { } url && url.StartsWith(Binary, StringComparison.Ordinal)
                && url.AsSpan(Binary.Length) is var id
                && id.Length >= patient.Length + 1 + LocalId.TextLength && id.StartsWith(patient) && id[patient.Length] == '.'
                && LocalId.TryParse(id.Slice(patient.Length + 1, LocalId.TextLength), out var local) && found.Count < EntryHeader.MostContext)
            {
                found.Add(local);
            }

            Collect(child, patient, found);
        }
    }

    private static bool IsText(Resource binary)
    {
        var type = binary.Root.TryGetChild("contentType", out var given) ? given.GetString() ?? "" : "";
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Contains("xml", StringComparison.OrdinalIgnoreCase) || type.Contains("json", StringComparison.OrdinalIgnoreCase);
    }

    private static void Unlink(JsonNode? node, IReadOnlyCollection<string> documents)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Unlink(item, documents);
            }
        }
        else if (node is JsonObject element)
        {
            if (element["url"] is JsonValue url && url.TryGetValue<string>(out var text) && documents.Contains(text))
            {
                element.Remove("url");
            }

            foreach (var (_, child) in element)
            {
                Unlink(child, documents);
            }
        }
    }
}
