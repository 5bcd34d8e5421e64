// Where the API is, and in which currency its prices are. `serve.py` answers this address with values of its own.
export default { api: "http://127.0.0.1:8000", currency: "USD" };
