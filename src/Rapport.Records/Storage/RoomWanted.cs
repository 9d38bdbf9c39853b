namespace Rapport.Records;

/// <summary>Whose room is taken.</summary>
internal enum RoomKind
{
    /// <summary>The patient's, for what they bring.</summary>
    Own,

    /// <summary>The patient's, for what they say.</summary>
    Words,

    /// <summary>That of the patient's devices.</summary>
    Devices,

    /// <summary>That of somebody else who writes.</summary>
    Other,

    /// <summary>The same, for what they take back: it is written however full the record is.</summary>
    TakenBack,
}

/// <summary>
/// What somebody wants to write, as far as it is theirs. What is marked for everybody but them by it is nobody's, so that how much room they have tells them nothing of that; what is labelled anew is counted
/// for all others together.
/// </summary>
/// <param name="Kind">Whose room.</param>
/// <param name="Writer">The keyed hash of who writes, or the account of what the patient brings or says.</param>
/// <param name="Entries">Versions of entries.</param>
/// <param name="Bytes">Their bytes, as they were brought.</param>
internal sealed record RoomWanted(RoomKind Kind, string Writer, long Entries, long Bytes)
{
    /// <summary>For something that is said in one entry: an agreement, or what is one.</summary>
    internal static RoomWanted OfWord(RecordServices services, Actor actor, bool isByPatient, long bytes) =>
        isByPatient ? new RoomWanted(RoomKind.Words, "", 1, bytes) : new RoomWanted(RoomKind.Other, services.WriterHash(actor.Reference), 1, bytes);
}
