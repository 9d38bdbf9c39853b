using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Summaries;

/// <summary>What a summary says in words, for programs that show nothing else: made of the same reading of the entries as our pages.</summary>
internal static class SummaryNarrative
{
    /// <summary>A section: a row for each entry.</summary>
    public static JsonObject Of(IReadOnlyList<SummaryEntry> entries) => Generated(Table(entries));

    /// <summary>The whole document.</summary>
    public static JsonObject Of(IReadOnlyList<SummaryEntry> entries, IReadOnlyList<(SummarySection Section, IReadOnlyList<SummaryEntry> Entries)> sections, DateTimeOffset at)
    {
        var text = new StringBuilder();
        var who = entries.FirstOrDefault(entry => entry.Resource.TypeName == "Patient") is { } patient ? WhoLine.Of(patient.Resource, at) : null;
        text.Append("<p>").Append(Escape(who is null ? PatientSummaryText.Title : $"{PatientSummaryText.Title}: {who}")).Append("</p><ul>");
        foreach (var (section, held) in sections)
        {
            text.Append("<li>").Append(Escape(held.Count == 0 ? $"{section.Heading()}: {PatientSummaryText.NothingHere}" : Say.Count(PatientSummaryText.SectionCount, held.Count, section.Heading()))).Append("</li>");
        }

        return Generated(text.Append("</ul>").ToString());
    }

    private static string Table(IReadOnlyList<SummaryEntry> entries)
    {
        if (entries.Count == 0)
        {
            return $"<p>{Escape(PatientSummaryText.NothingHere)}</p>";
        }

        var table = new StringBuilder("<table><tbody>");
        foreach (var entry in entries)
        {
            var line = EntryReader.Line(entry.Resource);
            table.Append("<tr><td>").Append(Escape(line.BothNames)).Append("</td><td>").Append(Escape(line.Value ?? line.State ?? "")).Append("</td><td>").Append(Escape(line.Date ?? "")).Append("</td></tr>");
        }

        return table.Append("</tbody></table>").ToString();
    }

    private static JsonObject Generated(string inner) => new() { ["status"] = "generated", ["div"] = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>" };

    /// <summary>XML takes no control characters, and FHIR only the entities that XML has.</summary>
    private static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(c => !char.IsControl(c)))).Replace("&nbsp;", "&#160;", StringComparison.Ordinal);
}
