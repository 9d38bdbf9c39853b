namespace Rapport.Records;

/// <summary>
/// How much a record may hold, so that nobody fills the disk of an installation: its patient so much, their devices and whoever else writes into it a part of their own beside that, so that nobody uses up the patient's, nor that of another. What keeps
/// the patient safe is written however full it is: an end of sharing, a mark, a source taken back, an opened emergency door.
/// </summary>
/// <param name="Bytes">Bytes that the patient may bring, as they are stored.</param>
/// <param name="Entries">Versions of entries that the patient may bring.</param>
public sealed record RecordRoom(long Bytes, long Entries)
{
    /// <summary>Of the patient's room, as much as one other person may bring is one part of so many.</summary>
    private const int PartsOfOther = 8;

    /// <summary>The same of all the patient's devices together.</summary>
    private const int PartsOfDevices = 2;

    /// <summary>What the patient may say (agreements, what is one) when the room for what they bring is full: one part of so many.</summary>
    private const int PartsOfReserve = 10;

    /// <summary>What an operator gets who sets nothing: a life's records with ten years of several devices and thousands of papers.</summary>
    public static RecordRoom Usual { get; } = new(20L * 1024 * 1024 * 1024, 250_000);

    /// <summary>As an operator writes it: gigabytes, and versions of entries.</summary>
    public override string ToString() => FormattableString.Invariant($"{Bytes >> 30}:{Entries}");

    /// <summary>Whether what is to be written has room.</summary>
    /// <param name="use">How much is taken.</param>
    /// <param name="wanted">What for; null for what is written however full it is.</param>
    /// <param name="entries">Versions of entries that are written in all.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="followed">What is labelled anew by it, where somebody else than the patient writes.</param>
    internal bool Has(RoomUse use, RoomWanted? wanted, long entries, long bytes, (long Entries, long Bytes) followed) => wanted switch
    {
        null or { Kind: RoomKind.TakenBack } => true,
        { Kind: RoomKind.Own } => Fits(use.Own, entries, bytes, 0, 1),

        // In a record that is beyond its room, since it was there before or labels changed, the patient still says what they want shared.
        { Kind: RoomKind.Words } => Fits(use.Own, entries, bytes, PartsOfReserve, 1) || Fits(use.Words, entries, bytes, 0, PartsOfReserve),
        { Kind: RoomKind.Devices } => Fits(use.Devices, wanted.Entries, wanted.Bytes, 0, PartsOfDevices),
        _ => Fits(use.Writer, wanted.Entries, wanted.Bytes, 0, PartsOfOther) && Fits(use.Others, wanted.Entries, wanted.Bytes, 0, 1)
            && (followed.Entries == 0 || Fits(use.Followed, followed.Entries, followed.Bytes, 0, 1)),
    };

    private bool Fits((long Entries, long Bytes) taken, long entries, long bytes, int reserve, int parts) =>
        taken.Entries + entries <= (Entries / parts) + (reserve == 0 ? 0 : Entries / reserve) && taken.Bytes + bytes <= (Bytes / parts) + (reserve == 0 ? 0 : Bytes / reserve);
}
