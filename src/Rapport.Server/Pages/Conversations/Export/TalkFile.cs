using System.Text;
using System.Text.Encodings.Web;
using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Files;

namespace Rapport.Server.Pages.Conversations.Export;

/// <summary>The pages of conversations that somebody takes along: they run nothing, load nothing, and say so to the browser. Everything that was written by people is encoded.</summary>
internal static class TalkFile
{
    /// <summary>What ends a page.</summary>
    public const string End = "</ol></main></body></html>\n";

    private const string Style = """
        :root{color-scheme:light dark}body{font:1.0625rem/1.5 system-ui,sans-serif;margin:0}main{max-width:44rem;margin:auto;padding:1rem}ol{list-style:none;padding:0}li{padding:.75rem 0;border-top:1px solid}
        a{color:inherit}p{margin:.25rem 0;overflow-wrap:anywhere}.words{white-space:pre-wrap}
        """;

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

    /// <summary>What begins the page of a conversation.</summary>
    public static string Begin(TalkView view, string name, DateTimeOffset now) => new StringBuilder(Head(ConversationText.OneTitle))
        .Append("<h1 dir=\"auto\">").Append(Text(view.State.Subject)).Append("</h1>")
        .Append("<p>").Append(Text(Say.Fill(ConversationText.InIt, Say.List([.. view.State.Seats.Select(static seat => TalkWords.Introduced(seat.Member))])))).Append("</p>")
        .Append("<p>").Append(Text(TalkWords.Of(view.State.Topic))).Append("</p>")
        .Append("<p>").Append(Text(Say.Fill(ExportText.TakenAt, Say.NamedMoment(now), name))).Append("</p>\n<ol>").ToString();

    /// <summary>What happened, as the page of the conversation shows it.</summary>
    public static string Items(IEnumerable<TalkItem> items, string patient)
    {
        var html = new StringBuilder();
        foreach (var item in items)
        {
            html.Append("<li id=\"m").Append(item.Seq).Append("\">");
            if (item.Notice is { } notice)
            {
                html.Append("<p>").Append(Text(notice)).Append(' ').Append(Time(item.At)).Append("</p>");
                AddWords(html, item.Summary);
            }
            else
            {
                html.Append("<p><strong>").Append(Text(item.Name)).Append("</strong> ").Append(Text(item.About)).Append(' ').Append(Time(item.At)).Append("</p>");
                AddWords(html, item.Text.Length == 0 && item.Files.Count > 0 ? null : item.Text);
                foreach (var attached in item.Attached)
                {
                    html.Append("<p>").Append(Text(ConversationText.Attached)).Append(": ").Append(Text(InWords(attached, patient))).Append("</p>");
                }

                foreach (var file in item.Files)
                {
                    html.Append("<p>").Append(Text(FileWords.InFull(file))).Append("</p>");
                }

                foreach (var (before, until) in item.Before)
                {
                    html.Append("<p>").Append(Text(Say.Fill(ConversationText.StoodUntil, Say.NamedMoment(until)))).Append("</p>");
                    AddWords(html, before);
                }
            }

            html.Append("</li>\n");
        }

        return html.ToString();
    }

    /// <summary>The list of all that was taken along.</summary>
    public static string List(IReadOnlyList<(string Name, TalkView View)> written, string name, DateTimeOffset now)
    {
        var html = new StringBuilder(Head(ExportText.Title)).Append("<h1>").Append(Text(ExportText.Title)).Append("</h1><p>").Append(Text(Say.Fill(ExportText.TakenAt, Say.NamedMoment(now), name))).Append("</p>");
        if (written.Count == 0)
        {
            html.Append("<p>").Append(Text(ExportText.None)).Append("</p>");
        }

        html.Append("<ol>");
        foreach (var (file, view) in written)
        {
            html.Append("<li><p><a dir=\"auto\" href=\"").Append(Uri.EscapeDataString(file)).Append(".html\">").Append(Text(view.State.Subject)).Append("</a> ").Append(Time(view.State.LastAt)).Append("</p><p>")
                .Append(Text(Say.Fill(ConversationText.WithWhom, TalkWords.With(view)))).Append(' ').Append(Text(Say.Count(ExportText.Messages, view.State.Size - view.From + 1))).Append("</p></li>\n");
        }

        return html.Append(End).ToString();
    }

    private static string Head(string title) => $"""
        <!DOCTYPE html>
        <html lang="{Languages.Current.Code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{Text(title)}</title><style>{Style}</style></head><body><main>
        """;

    /// <summary>What is attached by name, to the patient; to anybody else that something of the patient is, and nothing of what.</summary>
    private static string InWords(TalkAttached attached, string patient) => attached.Reference is { } reference
        ? attached.Name is { } name ? Say.Fill(ExportText.OwnEntry, name, reference) : reference : attached.Href is null ? ConversationText.NotSharedAnyMore : Say.Fill(ConversationText.AnEntryOf, patient);

    private static string Time(DateTimeOffset at) => $"<time datetime=\"{Say.Iso(at)}\">{Text(Say.NamedMoment(at))}</time>";

    private static void AddWords(StringBuilder html, string? text)
    {
        if (text is null)
        {
            return;
        }

        html.Append("<p class=\"words\" dir=\"auto\">");
        foreach (var part in MessageParts.Of(text))
        {
            html.Append(part.Href is null ? Text(part.Text) : $"<a href=\"{Text(part.Href)}\" rel=\"noopener noreferrer nofollow\">{Text(part.Text)}</a>");
        }

        html.Append("</p>");
    }

    private static string Text(string text) => Encoder.Encode(text);
}
