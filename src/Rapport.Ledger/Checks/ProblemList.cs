namespace Rapport.Ledger;

/// <summary>Problems found, listed up to a limit and counted beyond it.</summary>
internal sealed class ProblemList(int limit)
{
    private readonly List<LedgerProblem> _problems = [];

    public IReadOnlyList<LedgerProblem> Listed => _problems;

    public long Count { get; private set; }

    public void Add(long? line, long? index, string text)
    {
        Count++;
        if (_problems.Count < limit)
            _problems.Add(new LedgerProblem(line, index, text));
    }
}
