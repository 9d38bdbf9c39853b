using System.Text.Json;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Conversations;

/// <summary>A conversation that a script wants to begin.</summary>
/// <param name="With">The references of the others.</param>
/// <param name="Subject">What about.</param>
/// <param name="Topic">What kind of matter.</param>
/// <param name="About">The reference of the patient it is about; null where nothing is said.</param>
/// <param name="IsPrivate">Whether who acts for the patient is kept out.</param>
internal sealed record TalkAsked(IReadOnlyList<string> With, string Subject, Topic Topic, string? About, bool IsPrivate);

/// <summary>A message that a script wants to send.</summary>
/// <param name="Text">The words.</param>
/// <param name="Attached">Entries that go along.</param>
/// <param name="Files">Files that go along.</param>
/// <param name="IsUnlessUrgent">Whether it is not to be sent where its words may mean an emergency: whoever wrote it is asked first.</param>
internal sealed record MessageSent(string Text, IReadOnlyList<string> Attached, IReadOnlyList<SentFile> Files, bool IsUnlessUrgent);

/// <summary>Reads what scripts send to conversations, strictly: what is not understood is told.</summary>
internal static class MessageReader
{
    private const int MostReference = 200;

    /// <summary>A conversation to begin, or what is wrong with it.</summary>
    public static (TalkAsked? Asked, string? Problem) ReadTalk(JsonElement body)
    {
        if (Unknown(body, ["with", "subject", "topic", "about", "private"]) is { } unknown)
        {
            return (null, unknown);
        }

        if (Texts(body, "with", Conversation.MostMembers) is not { Count: > 0 } with)
        {
            return (null, $"`with` is a list of 1 to {Conversation.MostMembers} references, such as `Practitioner/…` or `CareTeam/…`");
        }

        if (Text(body, "subject", ConversationDesk.MostSubject) is not { } subject || subject.Contains('\n', StringComparison.Ordinal))
        {
            return (null, $"`subject` says what it is about: 1 to {ConversationDesk.MostSubject} letters on one line");
        }

        var topic = Topic.General;
        if (Child(body, "topic") is { } named && !(named.ValueKind == JsonValueKind.String && Enum.TryParse(named.GetString(), ignoreCase: true, out topic) && Enum.IsDefined(topic) && TalkTold.NameOf(topic) == named.GetString()))
        {
            return (null, $"`topic` is one of {string.Join(", ", Enum.GetValues<Topic>().Select(static known => $"`{TalkTold.NameOf(known)}`"))}");
        }

        var about = Text(body, "about", MostReference);
        if (Child(body, "about") is not null && about?.StartsWith("Patient/", StringComparison.Ordinal) != true)
        {
            return (null, "`about` is the patient it is about: `Patient/…`");
        }

        return Child(body, "private")?.ValueKind is null or JsonValueKind.True or JsonValueKind.False
            ? (new TalkAsked(with, subject, topic, about, Child(body, "private")?.ValueKind == JsonValueKind.True), null)
            : (null, "`private` is true or false");
    }

    /// <summary>A message to send, or what is wrong with it.</summary>
    public static (MessageSent? Asked, string? Problem) ReadMessage(JsonElement body)
    {
        if (Unknown(body, ["text", "attach", "files", "unlessUrgent"]) is { } unknown)
        {
            return (null, unknown);
        }

        if (FilesIn(body) is not { } files)
        {
            return (null, $"`files` is a list of at most {FileDesk.MostFiles} ids of files that you sent before, or of `{{\"id\":…,\"says\":…}}` with what one shows in at most {FileDesk.MostSays} letters");
        }

        if ((Text(body, "text", ConversationDesk.MostText) ?? (files.Count > 0 && Child(body, "text") is null ? "" : null)) is not { } text)
        {
            return (null, $"`text` is what you say: 1 to {ConversationDesk.MostText} letters of plain text");
        }

        if (Child(body, "unlessUrgent")?.ValueKind is not (null or JsonValueKind.True or JsonValueKind.False))
        {
            return (null, "`unlessUrgent` is true or false");
        }

        return Texts(body, "attach", ConversationDesk.MostAttached) is { } attached
            ? (new MessageSent(text, [.. attached.Distinct()], files, Child(body, "unlessUrgent")?.ValueKind == JsonValueKind.True), null) : (null, $"`attach` is a list of at most {ConversationDesk.MostAttached} entries, such as `Observation/…`");
    }

    /// <summary>The files of a message; none where they are left out, null where it is no such list.</summary>
    private static List<SentFile>? FilesIn(JsonElement body)
    {
        List<SentFile> files = [];
        if (Child(body, "files") is not { } list)
        {
            return files;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > FileDesk.MostFiles)
        {
            return null;
        }

        foreach (var item in list.EnumerateArray())
        {
            var isTold = item.ValueKind == JsonValueKind.Object && Unknown(item, ["id", "says"]) is null;
            var (id, says) = isTold ? (Child(item, "id"), Text(item, "says", FileDesk.MostSays)) : (item, null);
            if (id is not { ValueKind: JsonValueKind.String } named || !LocalId.TryParse(named.GetString(), out var file) || files.Exists(known => known.Id == file)
                || (isTold && Child(item, "says") is not null && (says is null || says.Contains('\n', StringComparison.Ordinal))))
            {
                return null;
            }

            files.Add(new SentFile(file, says));
        }

        return files;
    }

    private static string? Unknown(JsonElement body, string[] known) => body.ValueKind != JsonValueKind.Object ? "the body is a JSON object"
        : body.EnumerateObject().Where(property => !known.Contains(property.Name)).Select(property =>
            $"`{Failure.Short(property.Name)}` is not known in the body: it holds {string.Join(", ", known.Select(static name => $"`{name}`"))}").FirstOrDefault();

    private static JsonElement? Child(JsonElement body, string name) => body.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    /// <summary>A text that somebody can read; null for none.</summary>
    private static string? Text(JsonElement body, string name, int most)
    {
        var text = Child(body, name) is { ValueKind: JsonValueKind.String } child ? child.GetString()!.Replace("\r\n", "\n", StringComparison.Ordinal).Trim() : "";
        return text.Length == 0 || text.Length > most || InvisibleCharacters.AreAllOf(text) || InvisibleCharacters.AreIn(text.Replace('\n', ' ').Replace('\t', ' ')) ? null : text;
    }

    /// <summary>A list of references; none where it is left out, null where it is no such list.</summary>
    private static List<string>? Texts(JsonElement body, string name, int most) => Child(body, name) is not { } list ? []
        : list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= MostReference })
            ? [.. list.EnumerateArray().Select(static item => item.GetString()!)] : null;
}
