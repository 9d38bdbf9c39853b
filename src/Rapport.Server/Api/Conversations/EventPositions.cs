using System.Globalization;
using Rapport.Conversations;

namespace Rapport.Server.Api.Conversations;

/// <summary>How far a listener has heard the news of each member that they are. As text it is an event's id, which the listener sends back when it comes again. For one stream.</summary>
internal sealed class EventPositions
{
    private const int MostMembers = 1000;
    private const int MostText = 32 * 1024;

    private readonly TalkNews _news;
    private readonly bool _isNew;
    private readonly Dictionary<string, long> _heard;
    private readonly Dictionary<string, long> _known = [];

    private EventPositions(TalkNews news, bool isNew, Dictionary<string, long> heard) => (_news, _isNew, _heard) = (news, isNew, heard);

    /// <summary>Reads what a listener sent back; all that comes from now on when they sent nothing; null for what is no id of these.</summary>
    public static EventPositions? Parse(string text, TalkNews news)
    {
        Dictionary<string, long> heard = [];
        if (text.Length > MostText)
        {
            return null;
        }

        foreach (var part in text.Length == 0 ? [] : text.Split('.', MostMembers + 1))
        {
            if (part.Split('-') is not [{ Length: > 0 and <= 32 } mark, var number] || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) || !heard.TryAdd(mark, seq))
            {
                return null;
            }
        }

        return heard.Count > MostMembers ? null : new EventPositions(news, isNew: text.Length == 0, heard);
    }

    /// <summary>Makes sure that there is a position for each of these members: what was heard last time; else what is newest now, of who is a member only since.</summary>
    /// <exception cref="Data.StorageException">The database failed.</exception>
    public async Task BeginAsync(IReadOnlyCollection<string> members, CancellationToken cancel)
    {
        var unknown = members.Where(member => !_known.ContainsKey(member)).ToList();
        if (unknown.Count == 0)
        {
            return;
        }

        var newest = await _news.NewestAsync(unknown, cancel);
        foreach (var member in unknown)
        {
            // Nobody has heard more than there is: a position of another installation, or one made up, hears nothing twice and misses nothing that comes.
            var last = newest.GetValueOrDefault(member);
            _known[member] = !_isNew && _heard.TryGetValue(_news.MarkOf(member), out var heard) ? Math.Min(heard, last) : last;
        }
    }

    /// <summary>How far the news of a member were heard.</summary>
    public long Of(string member) => _known[member];

    /// <summary>Notes that they were heard up to a number.</summary>
    public void Move(string member, long seq) => _known[member] = seq;

    /// <summary>As an event's id. It names nobody.</summary>
    public override string ToString() => string.Join('.', _known.Select(known => string.Create(CultureInfo.InvariantCulture, $"{_news.MarkOf(known.Key)}-{known.Value}")));
}
