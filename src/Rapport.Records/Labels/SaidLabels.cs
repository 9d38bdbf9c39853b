using System.Text;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What the sources of an entry said of its sensitivity: its <c>meta.security</c> before rules and patient had a part in it. Stateless.</summary>
internal static class SaidLabels
{
    /// <summary>The JSON of a stored entry as its sources said it.</summary>
    internal static ReadOnlyMemory<byte> BodyOf(in EntryHeader header, ReadOnlyMemory<byte> plain)
    {
        var body = EntryHeader.Body(plain);
        return header.Said.Length == 0 ? body : ResourceRewriter.Rewrite(Resource.Read(body).Root, new RewriteOptions { OnlySecurityLabels = Open(header.Said.Span) });
    }

    /// <summary>How they are kept in a header when they are not those of the body.</summary>
    internal static byte[] Keep(Resource said)
    {
        var items = new StringBuilder("[");
        foreach (var label in Of(said))
        {
            items.Append(items.Length > 1 ? "," : "").Append(Encoding.UTF8.GetString(label.RawUtf8));
        }

        return Encoding.UTF8.GetBytes(items.Append(']').ToString());
    }

    /// <summary>The labels that stand on a resource itself, and not on what it holds.</summary>
    internal static List<Element> Of(Resource resource)
    {
        List<Element> labels = [];
        if (resource.Root.TryGetChild("meta", out var meta))
        {
            foreach (var child in meta.Children)
            {
                if (child.Name == "security")
                {
                    labels.Add(child);
                }
            }
        }

        return labels;
    }

    private static string[] Open(ReadOnlySpan<byte> kept) => kept.Length <= 2 ? [] : [Encoding.UTF8.GetString(kept[1..^1])];
}
