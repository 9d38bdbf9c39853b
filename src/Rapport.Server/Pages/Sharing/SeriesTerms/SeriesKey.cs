using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Sharing.SeriesTerms;

/// <summary>
/// How a form on its way carries a series: a short digest of all that decides what belongs to it. So what was ticked is that and nothing else, however long its codes are; when the record has other codes for it by then, the
/// key means nothing any more.
/// </summary>
internal static class SeriesKey
{
    private const int Bytes = 16, Letters = 22;

    /// <summary>Of a series of the record: its kind and its codes.</summary>
    public static string Of(Kind kind, IEnumerable<EntryCode> codes) =>
        Of(codes.OrderBy(static code => code.System, StringComparer.Ordinal).ThenBy(static code => code.Code, StringComparer.Ordinal)
            .SelectMany(static code => (IEnumerable<string>)[code.System, code.Code]).Prepend(kind.Name));

    /// <summary>Of a series of an agreement, as it stands there.</summary>
    /// <param name="series">The series.</param>
    /// <param name="types">The FHIR types of which the agreement is; null for all.</param>
    public static string OfAgreed(NamedSeries series, IReadOnlyList<string>? types) =>
        Of([series.Name ?? "", string.Join(' ', series.Types ?? types ?? []), .. series.Codes.SelectMany(static code => (IEnumerable<string>)[code.System, code.Code])]);

    /// <summary>Whether a text can be a key.</summary>
    public static bool Is(string? text) => text?.Length == Letters && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>Each part with its length, so that no two lists of parts read the same.</summary>
    private static string Of(IEnumerable<string> parts) =>
        WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(parts.Select(static part => $"{part.Length}:{part}")))).AsSpan(0, Bytes));
}
