using System.Text.Json.Serialization;

namespace Rapport.Server.Offline.Copy;

/// <summary>What a device keeps of somebody for when there is no network, in their words and ready to be shown. It is sealed before it is kept.</summary>
/// <param name="Key">Opens what the device keeps as long as the session lasts (base64url): it is not kept there.</param>
/// <param name="At">When it was made, as its reader says it.</param>
/// <param name="Card">The emergency card; null where there is none.</param>
/// <param name="Circle">The people around them.</param>
/// <param name="Talks">Their last conversations, the newest first.</param>
/// <param name="Children">The emergency cards of the small children whom they look after; null where they do not want them.</param>
internal sealed record OfflineCopy(string Key, string At, OfflineCard? Card, IReadOnlyList<OfflinePerson> Circle, IReadOnlyList<OfflineTalk> Talks, IReadOnlyList<OfflineChild>? Children);

/// <summary>The emergency card of a small child.</summary>
/// <param name="Stamp">Names it as it is today, to this session and nobody else.</param>
/// <param name="Name">Whose.</param>
/// <param name="Card">The card; null where the device has it already.</param>
internal sealed record OfflineChild(string Stamp, string Name, OfflineCard? Card);

/// <summary>An emergency card.</summary>
/// <param name="Who">Whose.</param>
/// <param name="Speaks">What they speak; null where nothing is said of it.</param>
/// <param name="Parts">What stands on it.</param>
/// <param name="Made">When it was made.</param>
/// <param name="IsOld">Whether the record says something else by now.</param>
internal sealed record OfflineCard(string Who, string? Speaks, IReadOnlyList<OfflinePart> Parts, string Made, bool IsOld);

/// <summary>A part of an emergency card.</summary>
internal sealed record OfflinePart(string Title, IReadOnlyList<string> Lines);

/// <summary>Somebody of the circle.</summary>
/// <param name="Name">Who.</param>
/// <param name="About">What they are, a sentence each.</param>
/// <param name="Talk">The newest of the conversations with them; null for none.</param>
internal sealed record OfflinePerson(string Name, IReadOnlyList<string> About, string? Talk);

/// <summary>A conversation.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="With">Who else is in it.</param>
/// <param name="Promise">By when a team answers; null where none promised.</param>
/// <param name="Parents">Whether their parents read it, where whoever keeps this is a teenager; null for anybody else.</param>
/// <param name="IsEnded">Whether nothing is written there any more.</param>
/// <param name="Messages">The last, oldest first.</param>
internal sealed record OfflineTalk(string Id, string Subject, string With, string? Promise, string? Parents, bool IsEnded, IReadOnlyList<OfflineMessage> Messages);

/// <summary>A message.</summary>
/// <param name="By">Who said it.</param>
/// <param name="About">What they are there.</param>
/// <param name="At">When.</param>
/// <param name="Text">The words.</param>
/// <param name="IsOwn">Whether whoever reads said it themself.</param>
/// <param name="Files">What went along that is not kept here; null for nothing.</param>
internal sealed record OfflineMessage(string By, string About, string At, string Text, bool IsOwn, string? Files);

/// <summary>What opens what a device keeps, alone: for sending what was written there.</summary>
/// <param name="Key">As in <see cref="OfflineCopy"/>.</param>
internal sealed record OfflineKey(string Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OfflineCopy))]
[JsonSerializable(typeof(OfflineKey))]
internal sealed partial class OfflineJson : JsonSerializerContext;
