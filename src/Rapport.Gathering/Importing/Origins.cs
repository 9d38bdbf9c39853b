using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>
/// Names what a resource was where it came from, so that it is recognised when it comes again. URLs and <c>urn:</c>s are unique by themselves; a bare
/// <c>Type/id</c> only within its server, which a file does not name: there the patient's own identity in the file keeps two hospitals apart.
/// </summary>
internal sealed class Origins
{
    /// <summary>The system of identifiers that keep an original <c>Type/id</c>.</summary>
    internal const string IdSystem = "urn:x-rapport:original-id";

    private const string UrlSystem = "urn:ietf:rfc:3986";

    private readonly string _scope;

    /// <param name="input">What is imported.</param>
    /// <param name="outside">How an input without a Patient resource names its patient.</param>
    internal Origins(ImportInput input, string? outside) => _scope = ScopeOf(input, outside);

    /// <summary>64 bits for one entry. What has neither address nor id is what it says, white space aside.</summary>
    internal ulong Of(BundleEntry entry, Element resource) => entry.FullUrl is { } url && IsUnique(url)
        ? Hash(url)
        : IdOf(resource) is { } id ? OfRelative($"{resource.TypeName}/{id}") : DigestOf(ResourceRewriter.Rewrite(resource, default));

    /// <summary>64 bits for what a relative reference of this input means, wherever it is.</summary>
    internal ulong OfRelative(string reference) => Hash(_scope + "\n" + reference);

    /// <summary>64 bits for what an absolute reference means.</summary>
    internal static ulong OfAbsolute(string reference) => Hash(reference);

    /// <summary>64 bits that tell whether the same bytes came again.</summary>
    internal static ulong DigestOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    /// <summary>The original ids of an entry, as identifiers to keep.</summary>
    internal static IReadOnlyList<AddedIdentifier> IdentifiersOf(BundleEntry entry, Element resource)
    {
        List<AddedIdentifier> identifiers = [];
        var id = IdOf(resource);
        if (entry.FullUrl is { } url && !url.StartsWith(Harvest.UrnStart, StringComparison.Ordinal))
        {
            identifiers.Add(new(UrlSystem, url));
        }

        if (id is not null && entry.FullUrl?.EndsWith(id, StringComparison.Ordinal) != true)
        {
            identifiers.Add(new(IdSystem, $"{resource.TypeName}/{id}"));
        }

        return identifiers;
    }

    internal static string? IdOf(Element resource) => resource.TryGetChild("id", out var id) ? id.GetString() : null;

    private static bool IsUnique(string url) => url.Contains(':', StringComparison.Ordinal);

    private static ulong Hash(string text) => DigestOf(Encoding.UTF8.GetBytes(text));

    private static string ScopeOf(ImportInput input, string? outside)
    {
        if (input.Patient is not { } patient)
        {
            return outside ?? "";
        }

        List<string> identifiers = [];
        foreach (var child in patient.Children)
        {
            if (child.Name == "identifier")
            {
                identifiers.Add(
                    $"\n{(child.TryGetChild("system", out var system) ? system.GetString() : "")}|{(child.TryGetChild("value", out var value) ? value.GetString() : "")}");
            }
        }

        // In whatever order a server lists them.
        identifiers.Sort(StringComparer.Ordinal);
        return IdOf(patient) + string.Concat(identifiers);
    }
}
