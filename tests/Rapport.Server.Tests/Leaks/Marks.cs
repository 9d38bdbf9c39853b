using System.Buffers;
using System.Text;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Finds secrets in an answer, in clear and as base64 or base64url at each of its three places. Immutable, thread safe.</summary>
internal sealed class Marks
{
    private const string Start = "zq";
    private const int Letters = 12;

    private readonly Dictionary<string, string> _forms = new(StringComparer.OrdinalIgnoreCase);
    private readonly SearchValues<string> _all;

    public Marks(IEnumerable<string> secrets)
    {
        foreach (var secret in secrets)
        {
            _forms[secret] = secret;
            for (var shift = 0; shift < 3; shift++)
            {
                _forms.TryAdd(Core(secret, shift), secret);
            }
        }

        _all = SearchValues.Create([.. _forms.Keys], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A text that nothing else has.</summary>
    public static string New(Random random) => Start + new string(random.GetItems("abcdefghjkmnprstuvwxyz23456789".AsSpan(), Letters - Start.Length));

    /// <summary>The secrets in an answer that the request did not say itself.</summary>
    public IEnumerable<string> In(string answer, string said)
    {
        HashSet<string> found = [];
        for (var at = answer.AsSpan().IndexOfAny(_all); at >= 0;)
        {
            foreach (var (form, secret) in _forms)
            {
                if (answer.AsSpan(at).StartsWith(form, StringComparison.OrdinalIgnoreCase) && !said.Contains(secret, StringComparison.OrdinalIgnoreCase))
                {
                    found.Add(secret);
                }
            }

            var next = answer.AsSpan(at + 1).IndexOfAny(_all);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return found;
    }

    /// <summary>The letters of its base64 that follow from it alone when it begins at this place of a group of three bytes.</summary>
    private static string Core(string secret, int shift)
    {
        var bytes = new byte[shift + Encoding.UTF8.GetByteCount(secret)];
        Encoding.UTF8.GetBytes(secret, bytes.AsSpan(shift));
        var text = Convert.ToBase64String(bytes);
        var from = shift == 0 ? 0 : shift + 1;
        var whole = bytes.Length / 3 * 4;
        return text[from..whole];
    }
}
