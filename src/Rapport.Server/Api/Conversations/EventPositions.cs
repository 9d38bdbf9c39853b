using System.Buffers.Binary;
using System.Buffers.Text;
using Rapport.Data;

namespace Rapport.Server.Api.Conversations;

/// <summary>How far a listener has heard the news of each member that they are. Sealed it is an event's id, which the listener sends back when it comes again. For one stream.</summary>
/// <remarks>Sealed, since a member's number grows by what happens in each of their conversations, also where whoever acts for them sees nothing of it. All ids of a listener are of one length while they are the same members.</remarks>
internal sealed class EventPositions
{
    private const int MostMembers = 1000;
    private const int MarkLength = 8, PartLength = MarkLength + sizeof(long);

    private readonly Keyring _keyring;
    private readonly bool _isNew;
    private readonly Dictionary<long, long> _heard;
    private readonly Dictionary<string, long> _known = [];

    private EventPositions(Keyring keyring, bool isNew, Dictionary<long, long> heard) => (_keyring, _isNew, _heard) = (keyring, isNew, heard);

    /// <summary>Reads what a listener sent back; all that comes from now on when they sent nothing; null for what is no id of these. Positions of members that they are not are nothing to them.</summary>
    public static EventPositions? Parse(string text, Keyring keyring)
    {
        if (text.Length == 0)
        {
            return new EventPositions(keyring, isNew: true, []);
        }

        if (text.Length > Base64Url.GetEncodedLength((MostMembers * PartLength) + Sealer.Overhead) || !Base64Url.IsValid(text))
        {
            return null;
        }

        try
        {
            var parts = keyring.Installation.Open(Place, Base64Url.DecodeFromChars(text));
            Dictionary<long, long> heard = [];
            for (var at = 0; at < parts.Length; at += PartLength)
            {
                heard[BinaryPrimitives.ReadInt64BigEndian(parts.AsSpan(at))] = BinaryPrimitives.ReadInt64BigEndian(parts.AsSpan(at + MarkLength));
            }

            return new EventPositions(keyring, isNew: false, heard);
        }
        catch (SealBrokenException)
        {
            return null;
        }
    }

    /// <summary>Makes sure that there is a position for each of these members: what was heard last time; else what is newest now, of who is a member only since.</summary>
    /// <param name="members">The members.</param>
    /// <param name="newest">The number of the newest news of each of them.</param>
    public void Begin(IReadOnlyCollection<string> members, IReadOnlyDictionary<string, long> newest)
    {
        foreach (var member in members.Where(member => !_known.ContainsKey(member)))
        {
            // Nobody has heard more than there is: a database that was put back to an older backup tells nothing twice, and misses nothing that comes.
            var last = newest.GetValueOrDefault(member);
            _known[member] = !_isNew && _heard.TryGetValue(MarkOf(member), out var heard) ? Math.Min(heard, last) : last;
        }
    }

    /// <summary>How far the news of a member were heard.</summary>
    public long Of(string member) => _known[member];

    /// <summary>Notes that they were heard up to a number.</summary>
    public void Move(string member, long seq) => _known[member] = Math.Max(seq, _known[member]);

    /// <summary>As an event's id. It names nobody, and tells no number.</summary>
    public override string ToString()
    {
        var parts = new byte[_known.Count * PartLength];
        var rest = parts.AsSpan();
        foreach (var (member, seq) in _known)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, MarkOf(member));
            BinaryPrimitives.WriteInt64BigEndian(rest[MarkLength..], seq);
            rest = rest[PartLength..];
        }

        return Base64Url.EncodeToString(_keyring.Installation.Seal(Place, parts));
    }

    private long MarkOf(string member) => BinaryPrimitives.ReadInt64BigEndian(_keyring.LookupHash("conversation-position", member));

    private static Place Place => new("event-position", 0, 0);
}
