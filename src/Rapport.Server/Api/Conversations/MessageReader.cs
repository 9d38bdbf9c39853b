using System.Text.Json;
using Rapport.Conversations;
using Rapport.Data;

namespace Rapport.Server.Api.Conversations;

/// <summary>A conversation that a script wants to begin.</summary>
/// <param name="With">The references of the others.</param>
/// <param name="Subject">What about.</param>
/// <param name="Topic">What kind of matter.</param>
/// <param name="About">The reference of the patient it is about; null where nothing is said.</param>
/// <param name="IsPrivate">Whether who acts for the patient is kept out; null where nothing is said.</param>
internal sealed record TalkAsked(IReadOnlyList<string> With, string Subject, Topic Topic, string? About, bool? IsPrivate);

/// <summary>A message that a script wants to send.</summary>
/// <param name="Text">The words.</param>
/// <param name="Attached">Entries that go along.</param>
/// <param name="Files">Files that go along.</param>
/// <param name="IsUnlessUrgent">Whether it is not to be sent where its words may mean an emergency: whoever wrote it is asked first.</param>
/// <param name="Draft">The version of the team's draft that it is; null where it is none.</param>
/// <param name="IsNotYet">Whether a team says with it that this is not its answer yet.</param>
internal sealed record MessageSent(string Text, IReadOnlyList<string> Attached, IReadOnlyList<SentFile> Files, bool IsUnlessUrgent, long? Draft, bool IsNotYet);

/// <summary>Reads what scripts send to conversations, strictly: what is not understood is told.</summary>
internal sealed class MessageReader : StrictReader
{
    private const int MostReference = 200;

    /// <summary>A conversation to begin. What is wrong with it is told instead of it.</summary>
    public TalkAsked ReadTalk(JsonElement body)
    {
        body = Object(body, "the body", ["with", "subject", "topic", "about", "private"]);
        var with = References(body, "with", Conversation.MostMembers);
        Require(with is { Count: > 0 }, $"`with` is a list of 1 to {Conversation.MostMembers} references, such as `Practitioner/…` or `CareTeam/…`");
        var subject = Words(body, "subject", ConversationDesk.MostSubject);
        Require(subject?.Contains('\n', StringComparison.Ordinal) == false, $"`subject` says what it is about: 1 to {ConversationDesk.MostSubject} letters on one line");
        var topic = Topic.General;
        Require(
            Child(body, "topic") is null || (TextIn(body, "topic") is { } named && Enum.TryParse(named, ignoreCase: true, out topic) && Enum.IsDefined(topic) && TalkTold.NameOf(topic) == named),
            $"`topic` is one of {string.Join(", ", Enum.GetValues<Topic>().Select(static known => $"`{TalkTold.NameOf(known)}`"))}");
        var about = Words(body, "about", MostReference);
        Require(Child(body, "about") is null || about?.StartsWith("Patient/", StringComparison.Ordinal) == true, "`about` is the patient it is about: `Patient/…`");
        return new TalkAsked(with ?? [], subject ?? "", topic, about, Child(body, "private") is null ? null : Flag(body, "private"));
    }

    /// <summary>A message to send. What is wrong with it is told instead of it.</summary>
    public MessageSent ReadMessage(JsonElement body)
    {
        body = Object(body, "the body", ["text", "attach", "files", "unlessUrgent", "draft", "notYet"]);
        var files = FilesIn(body);
        Require(files is not null, $"`files` is a list of at most {FileDesk.MostFiles} ids of files that you sent before, or of `{{\"id\":…,\"says\":…}}` with what one shows in at most {FileDesk.MostSays} letters");
        var text = Words(body, "text", ConversationDesk.MostText) ?? (files is { Count: > 0 } && Child(body, "text") is null ? "" : null);
        Require(text is not null, $"`text` is what you say: 1 to {ConversationDesk.MostText} letters of plain text");
        var attached = References(body, "attach", ConversationDesk.MostAttached);
        Require(attached is not null, $"`attach` is a list of at most {ConversationDesk.MostAttached} entries, such as `Observation/…`");
        var draft = 0L;
        var isDraft = Child(body, "draft") is { } version;
        Require(!isDraft || (Child(body, "draft")!.Value.ValueKind == JsonValueKind.Number && Child(body, "draft")!.Value.TryGetInt64(out draft) && draft > 0), "`draft` is the `version` of your team's draft that you send");
        return new MessageSent(text ?? "", [.. (attached ?? []).Distinct()], files ?? [], Flag(body, "unlessUrgent"), isDraft ? draft : null, Flag(body, "notYet"));
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
            var isTold = item.ValueKind == JsonValueKind.Object && item.EnumerateObject().All(static property => property.Name is "id" or "says");
            var (id, says) = isTold ? (Child(item, "id"), Words(item, "says", FileDesk.MostSays)) : (item, null);
            if (id is not { ValueKind: JsonValueKind.String } named || !LocalId.TryParse(named.GetString(), out var file) || files.Exists(known => known.Id == file)
                || (isTold && Child(item, "says") is not null && (says is null || says.Contains('\n', StringComparison.Ordinal))))
            {
                return null;
            }

            files.Add(new SentFile(file, says));
        }

        return files;
    }

    /// <summary>A list of references; none where it is left out, null where it is no such list.</summary>
    private static List<string>? References(JsonElement body, string name, int most) => Child(body, name) is not { } list ? []
        : list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most && list.EnumerateArray().All(static item => item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= MostReference })
            ? [.. list.EnumerateArray().Select(static item => item.GetString()!)] : null;
}
