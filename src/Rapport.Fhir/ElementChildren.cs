namespace Rapport.Fhir;

/// <summary>The children of an <see cref="Element"/>, to be used in a <c>foreach</c>. Allocates nothing.</summary>
public readonly struct ElementChildren
{
    private readonly Resource _resource;
    private readonly int _owner;

    internal ElementChildren(Resource resource, int owner)
    {
        _resource = resource;
        _owner = owner;
    }

    /// <summary>Starts before the first child.</summary>
    public Enumerator GetEnumerator() => new(_resource, _owner);

    /// <summary>Walks the children in document order.</summary>
    public struct Enumerator
    {
        private readonly Resource _resource;
        private readonly int _end;
        private int _next;

        internal Enumerator(Resource resource, int owner)
        {
            _resource = resource;
            _end = resource.NodeAt(owner).End;
            _next = owner + 1;
            Current = default;
        }

        /// <summary>The child it stands on.</summary>
        public Element Current { readonly get; private set; }

        /// <summary>Goes to the next child; <see langword="false"/> after the last.</summary>
        public bool MoveNext()
        {
            while (_next < _end)
            {
                var index = _next;
                ref readonly var node = ref _resource.NodeAt(index);
                _next = node.End;
                if ((node.Flags & NodeFlags.Linked) == 0)
                {
                    Current = new Element(_resource, index);
                    return true;
                }
            }
            return false;
        }
    }
}
