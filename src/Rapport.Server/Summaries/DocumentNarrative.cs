using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Summaries;

/// <summary>What a document says in words, for programs that show nothing else: made of the same reading of the entries as our pages.</summary>
internal static class DocumentNarrative
{
    /// <summary>A section: a row for each entry.</summary>
    public static JsonObject Of(DocumentSection section)
    {
        var text = new StringBuilder();
        if (section.Entries.Count == 0)
        {
            text.Append("<p>").Append(Escape(section.Words ?? PatientSummaryText.NothingHere)).Append("</p>");
        }
        else
        {
            text.Append("<table><tbody>");
            foreach (var entry in section.Entries)
            {
                var line = EntryReader.Line(entry.Resource);
                text.Append("<tr><td>").Append(Escape(line.BothNames)).Append("</td><td>").Append(Escape(SaidOf(line))).Append("</td><td>").Append(Escape(line.Date ?? "")).Append("</td></tr>");
            }

            text.Append("</tbody></table>");
        }

        return Generated(text);
    }

    /// <summary>The whole document: whom it is about, and what there is of each.</summary>
    public static JsonObject Of(SharedDocument document, DateTimeOffset at)
    {
        var who = document.Patient is { } patient ? WhoLine.Of(patient.Resource, at) : null;
        var text = new StringBuilder("<p>").Append(Escape(who is null ? document.Title : $"{document.Title}: {who}")).Append("</p><ul>");
        foreach (var section in document.Sections)
        {
            var said = section.Words ?? (section.Entries.Count == 0 ? $"{section.Heading}: {PatientSummaryText.NothingHere}" : Say.Count(PatientSummaryText.SectionCount, section.Entries.Count, section.Heading));
            text.Append("<li>").Append(Escape(said)).Append("</li>");
        }

        return Generated(text.Append("</ul>"));
    }

    /// <summary>What stands beside the name of an entry: its value, how it stands, what is dangerous about it.</summary>
    public static string SaidOf(EntryLine line) => string.Join("; ", new[] { line.Value, line.Danger, line.Alarm, line.State }.OfType<string>());

    private static JsonObject Generated(StringBuilder inner) => new() { ["status"] = "generated", ["div"] = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>" };

    /// <summary>XML takes no control characters.</summary>
    private static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(static c => !char.IsControl(c))));
}
